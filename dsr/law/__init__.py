"""The law: packs, periods, deadlines and holidays; pure, no clock, no network."""
