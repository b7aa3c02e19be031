// dsr's rehearsal, not OpenAI's code: the English words on the page, and which words a locale has.
// `seen` are labels that the provider's record gives evidence for; `ours` are plain words of our own.
const english = {
  seen: {
    settings: "Settings", general: "General", personalization: "Personalization", apps: "Apps", dataControls: "Data controls",
    storage: "Storage", security: "Security", notifications: "Notifications", account: "Account",
    training: "Improve the model for everyone", oldTraining: "Chat history & training", on: "On", off: "Off",
    audio: "Include your audio recordings", video: "Include your video recordings",
    exportData: "Export data", exportButton: "Export", exportConfirm: "Confirm export",
    deleteChats: "Delete all chats", deleteAll: "Delete all", deleteConfirm: "Confirm deletion",
    deleteAccount: "Delete account", delete: "Delete", locked: "Locked", deleteForever: "Permanently delete my account",
    refreshLogin: "Refresh login",
    manageMemories: "Manage memories", // an aria-label; the visible word is ours
    referencePhotos: "Reference photos", facePhoto: "Reference photo", bodyPhoto: "Full-body reference photo",
    makeRequest: "Make a Privacy Request", consumer: "I have a consumer ChatGPT account",
    doNotTrain: "Do not train on my content", downloadData: "Download my data", deleteMyAccount: "Delete my ChatGPT account",
    removal: "ChatGPT Personal Data Removal Request", emailAddress: "Email address", phoneNumber: "Phone number",
    mailLogin: "Log In", submitRequest: "Submit Request",
  },
  ours: {
    login: "Log in", logout: "Log out", email: "Email", password: "Password", name: "Name", plan: "Plan",
    newChat: "New chat", chats: "Chats", noChats: "No chats yet", ask: "Ask anything", greeting: "What is on your mind?",
    close: "Close", cancel: "Cancel", add: "Add", nothing: "This part is not rehearsed.",
    manage: "Manage", sharedLinks: "Shared links", archivedChats: "Archived chats", archiveChats: "Archive all chats",
    archiveAll: "Archive all", improve: "Model improvement", improveText: "Your chats may be used to train models.",
    exportText: "Your chats and account details are gathered into one file.",
    exportDone: "Your export was requested. We will send you a link by e-mail when it is ready.",
    exportPending: "An export is already pending", failed: "Something went wrong. Please try again.",
    deleteChatsText: "All your chats will be deleted.", chatsDeleted: "All chats were deleted.", chatsArchived: "All chats were archived.",
    deleteAccountText: "Your account and its data will be deleted. This cannot be undone.", deleteWord: "Type DELETE",
    deleteApiText: "API access under this account ends too.",
    deleteStoreText: "A subscription bought here ends. One bought through Apple or Google does not: cancel it with the store.",
    staleLogin: "You signed in more than ten minutes ago. Sign in again to go on.",
    accountDeleted: "Your account has been deleted", accountIsDeleted: "This account was deleted. You cannot sign in with it.",
    memory: "Memory",
    memorySwitch: "Reference saved memories", // recall, not evidenced
    photoDeleted: "The photo was deleted.",
    portal: "Privacy portal", portalText: "Here you can ask what becomes of your personal data.",
    whichAccount: "Which account is it about?", noAccount: "I don't have a ChatGPT account", whichRequest: "What do you ask for?",
    deleteGpts: "Delete my custom GPTs", whereTo: "Where may we send a link to verify you?", continue: "Continue",
    lookMail: "Check your e-mail", mailSent: "We sent a link to {email}. Open it to go on.",
    yourRequest: "Your request", yourRequests: "Your requests", signedInAs: "Signed in as",
    statement: "I make this request for myself, and what I say is true.",
    evidence: "Prompts or links as evidence", evidenceNeeded: "Give at least one prompt or link.",
    submitted: "Your request was submitted. Your reference number is {reference}",
    mailbox: "Mailbox of the person", noMail: "No mail.", mailText: "You asked for a link to the privacy portal.",
    sure: "Are you sure?", sureYes: "Yes, continue",
    otherTitle: "Before you go", otherText: "You will lose what you have earned here.", otherNo: "Stay", otherYes: "Go anyway",
    cookies: "Cookies", cookiesText: "We use cookies.", acceptAll: "Accept all", rejectAll: "Reject non-essential",
    byAdmin: "Your administrator manages this setting.",
    enterPassword: "Enter your password", enterCode: "Enter the code", code: "Code", human: "Verify you are human",
  },
};

/** Every letter becomes the one 13 places on, so that no label of a made-up locale is one that anybody knows. */
function unknown(text) {
  return text.replace(/[a-z]/gi, (letter) => {
    const first = letter <= "Z" ? 65 : 97;
    return String.fromCharCode(((letter.charCodeAt(0) - first + 13) % 26) + first);
  });
}

/** The labels of a locale; `old` gives the training switch the name it once had. */
export async function labels(locale, old) {
  const known = ["en", "de", "fr", "es"].find((one) => locale.startsWith(one));
  const { seen, ours } = known && known !== "en" ? (await import(`/rehearsal/labels-${known}.js`)).words : english;
  let words = { ...seen, ...ours };
  if (!known) words = Object.fromEntries(Object.entries(words).map(([key, text]) => [key, unknown(text)]));
  if (old) words.training = words.oldTraining;
  return words;
}
