"""What of Chromium is left out while dsr drives it."""

from __future__ import annotations

# What Playwright 1.65 leaves out by itself. Of two such switches Chromium heeds only the last, so that ours has to repeat its
# list: without it the browser would, for one, greet www.google.com at each start.
PLAYWRIGHT = (
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay",
    "MediaRouter",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "TcpPortRandomizationWin",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "PreconnectToSearch",
    "msForceBrowserSignIn",
    "msEdgeUpdateLaunchServicesPreferredVersion",
)
# The list below the address bar as two pages of their own, loaded at each start: a third of what a start costs (measured with
# Chromium 156), for a bar in which nobody types. And a process kept ready for a page that never comes, one for each context.
OURS = ("WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "SpareRendererForSitePerProcess")
SWITCH = "--disable-features=" + ",".join((*PLAYWRIGHT, *OURS))
