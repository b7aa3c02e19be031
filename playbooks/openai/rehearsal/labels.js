// dsr's rehearsal, not OpenAI's code: the words on the page.
// `seen` are labels that the provider's record gives evidence for; `ours` are plain translations of our own.

const en = {
  seen: {
    settings: "Settings", general: "General", personalization: "Personalization", apps: "Apps", dataControls: "Data controls",
    storage: "Storage", security: "Security", notifications: "Notifications", account: "Account",
    training: "Improve the model for everyone", oldTraining: "Chat history & training", on: "On", off: "Off",
    audio: "Include your audio recordings", video: "Include your video recordings",
    exportData: "Export data", exportButton: "Export", exportConfirm: "Confirm export",
    deleteChats: "Delete all chats", deleteAll: "Delete all", deleteConfirm: "Confirm deletion",
    deleteAccount: "Delete account", delete: "Delete", locked: "Locked",
  },
  ours: {
    login: "Log in", logout: "Log out", email: "Email", password: "Password", name: "Name", plan: "Plan",
    newChat: "New chat", chats: "Chats", ask: "Ask anything", greeting: "What is on your mind?", close: "Close", cancel: "Cancel",
    manage: "Manage", sharedLinks: "Shared links", archivedChats: "Archived chats", archiveChats: "Archive all chats",
    archiveAll: "Archive all", improve: "Model improvement", improveText: "Your chats may be used to train models.",
    exportText: "Your chats and account details are gathered into one file.",
    exportDone: "Your export was requested. We will send you a link by e-mail when it is ready.",
    exportPending: "An export is already pending", failed: "Something went wrong. Please try again.",
    deleteChatsText: "All your chats will be deleted.", chatsDeleted: "All chats were deleted.", chatsArchived: "All chats were archived.",
    deleteAccountText: "Your account and its data will be deleted. This cannot be undone.", deleteWord: "Type DELETE",
    nothing: "This part is not rehearsed.",
  },
};

const de = {
  seen: {
    settings: "Einstellungen", dataControls: "Datenkontrollen", training: "Das Modell für alle verbessern",
    exportData: "Daten exportieren",
  },
  ours: {
    exportButton: "Exportieren", exportConfirm: "Exportieren", // neither label is evidenced
    general: "Allgemein", personalization: "Personalisierung", apps: "Apps", storage: "Speicher", security: "Sicherheit",
    notifications: "Benachrichtigungen", account: "Konto", oldTraining: "Chatverlauf und Training", on: "Ein", off: "Aus",
    audio: "Audioaufnahmen einbeziehen", video: "Videoaufnahmen einbeziehen",
    deleteChats: "Alle Chats löschen", deleteAll: "Alle löschen", deleteConfirm: "Löschen bestätigen",
    deleteAccount: "Konto löschen", delete: "Löschen", locked: "Gesperrt",
    login: "Anmelden", logout: "Abmelden", email: "E-Mail", password: "Passwort", name: "Name", plan: "Tarif",
    newChat: "Neuer Chat", chats: "Chats", ask: "Frag etwas", greeting: "Was beschäftigt dich?", close: "Schließen",
    cancel: "Abbrechen", manage: "Verwalten", sharedLinks: "Geteilte Links", archivedChats: "Archivierte Chats",
    archiveChats: "Alle Chats archivieren", archiveAll: "Alle archivieren", improve: "Modellverbesserung",
    improveText: "Deine Chats dürfen zum Training von Modellen verwendet werden.",
    exportText: "Deine Chats und Kontodaten werden in einer Datei gesammelt.",
    exportDone: "Dein Export wurde angefordert. Wir schicken dir einen Link per E-Mail, sobald er bereit ist.",
    exportPending: "Ein Export läuft bereits", failed: "Etwas ist schiefgegangen. Bitte versuche es noch einmal.",
    deleteChatsText: "Alle deine Chats werden gelöscht.", chatsDeleted: "Alle Chats wurden gelöscht.",
    chatsArchived: "Alle Chats wurden archiviert.",
    deleteAccountText: "Dein Konto und seine Daten werden gelöscht. Das lässt sich nicht rückgängig machen.",
    deleteWord: "DELETE eingeben", nothing: "Dieser Teil wird nicht geprobt.",
  },
};

const fr = {
  seen: {
    settings: "Paramètres", dataControls: "Contrôles des données", training: "Améliorer le modèle pour tous",
    exportData: "Exporter les données", exportButton: "Exporter",
  },
  ours: {
    exportConfirm: "Exporter", // not evidenced
    general: "Général", personalization: "Personnalisation", apps: "Applications", storage: "Stockage", security: "Sécurité",
    notifications: "Notifications", account: "Compte", oldTraining: "Historique des discussions et entraînement",
    on: "Activé", off: "Désactivé", audio: "Inclure vos enregistrements audio", video: "Inclure vos enregistrements vidéo",
    deleteChats: "Supprimer toutes les discussions", deleteAll: "Tout supprimer", deleteConfirm: "Confirmer la suppression",
    deleteAccount: "Supprimer le compte", delete: "Supprimer", locked: "Verrouillé",
    login: "Se connecter", logout: "Se déconnecter", email: "E-mail", password: "Mot de passe", name: "Nom",
    plan: "Forfait", newChat: "Nouvelle discussion", chats: "Discussions", ask: "Posez une question",
    greeting: "À quoi pensez-vous ?", close: "Fermer", cancel: "Annuler", manage: "Gérer", sharedLinks: "Liens partagés",
    archivedChats: "Discussions archivées", archiveChats: "Archiver toutes les discussions", archiveAll: "Tout archiver",
    improve: "Amélioration du modèle", improveText: "Vos discussions peuvent servir à entraîner des modèles.",
    exportText: "Vos discussions et les données du compte sont réunies dans un fichier.",
    exportDone: "Votre export a été demandé. Nous vous enverrons un lien par e-mail dès qu'il sera prêt.",
    exportPending: "Un export est déjà en cours", failed: "Une erreur est survenue. Veuillez réessayer.",
    deleteChatsText: "Toutes vos discussions seront supprimées.", chatsDeleted: "Toutes les discussions ont été supprimées.",
    chatsArchived: "Toutes les discussions ont été archivées.",
    deleteAccountText: "Votre compte et ses données seront supprimés. Cette action est irréversible.",
    deleteWord: "Tapez DELETE", nothing: "Cette partie n'est pas répétée.",
  },
};

const es = {
  seen: {
    settings: "Configuración", dataControls: "Controles de datos", training: "Mejorar el modelo para todos",
    exportData: "Exportar datos", exportButton: "Exportar", exportConfirm: "Confirmar exportación",
  },
  ours: {
    general: "General", personalization: "Personalización", apps: "Aplicaciones", storage: "Almacenamiento",
    security: "Seguridad", notifications: "Notificaciones", account: "Cuenta", oldTraining: "Historial de chat y entrenamiento",
    on: "Activado", off: "Desactivado", audio: "Incluir tus grabaciones de audio", video: "Incluir tus grabaciones de vídeo",
    deleteChats: "Eliminar todos los chats", deleteAll: "Eliminar todo", deleteConfirm: "Confirmar eliminación",
    deleteAccount: "Eliminar cuenta", delete: "Eliminar", locked: "Bloqueado",
    login: "Iniciar sesión", logout: "Cerrar sesión", email: "Correo electrónico", password: "Contraseña",
    name: "Nombre", plan: "Plan", newChat: "Nuevo chat", chats: "Chats", ask: "Pregunta algo", greeting: "¿En qué piensas?",
    close: "Cerrar", cancel: "Cancelar", manage: "Gestionar", sharedLinks: "Enlaces compartidos",
    archivedChats: "Chats archivados", archiveChats: "Archivar todos los chats", archiveAll: "Archivar todo",
    improve: "Mejora del modelo", improveText: "Tus chats pueden usarse para entrenar modelos.",
    exportText: "Tus chats y los datos de la cuenta se reúnen en un archivo.",
    exportDone: "Se ha solicitado tu exportación. Te enviaremos un enlace por correo electrónico cuando esté lista.",
    exportPending: "Ya hay una exportación pendiente", failed: "Algo ha salido mal. Inténtalo de nuevo.",
    deleteChatsText: "Se eliminarán todos tus chats.", chatsDeleted: "Se han eliminado todos los chats.",
    chatsArchived: "Se han archivado todos los chats.",
    deleteAccountText: "Tu cuenta y sus datos se eliminarán. No se puede deshacer.",
    deleteWord: "Escribe DELETE", nothing: "Esta parte no se ensaya.",
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
export function labels(locale, old) {
  const known = { en, de, fr, es }[locale.slice(0, 2)];
  let words = { ...(known ?? en).seen, ...(known ?? en).ours };
  if (!known) words = Object.fromEntries(Object.entries(words).map(([key, text]) => [key, unknown(text)]));
  if (old) words.training = words.oldTraining;
  return words;
}
