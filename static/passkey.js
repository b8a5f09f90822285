/* A passkey's ceremony, and printing. A form with data-passkey is sent with the browser's answer in its "credential" field.
   Without this file the button stays hidden and the page offers another way. */

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

function asked({ publicKey }) {
  const named = (list) => list?.map((one) => ({ ...one, id: bytes(one.id) }));
  const known = { ...publicKey, challenge: bytes(publicKey.challenge) };
  if (known.user) known.user = { ...known.user, id: bytes(known.user.id) };
  if (known.allowCredentials) known.allowCredentials = named(known.allowCredentials);
  if (known.excludeCredentials) known.excludeCredentials = named(known.excludeCredentials);
  return { publicKey: known };
}

function answered(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = text(credential.response[name]);
  }
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response,
    clientExtensionResults: credential.getClientExtensionResults(),
    authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
  };
}

// What is said stands in the page, in the page's language.
const WHY = { InvalidStateError: "saysKnown", NotAllowedError: "saysNothing" };

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const says = form.querySelector("[data-passkey-says]");
  const say = (words) => {
    says.textContent = words;
    says.hidden = false;
  };
  if (!window.PublicKeyCredential) {
    say(form.dataset.saysNone);
    continue;
  }
  form.querySelector("[data-passkey-button]").hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const options = asked(JSON.parse(form.dataset.options));
      const credential = await navigator.credentials[form.dataset.passkey](options);
      form.elements.credential.value = JSON.stringify(answered(credential));
      form.submit();
    } catch (error) {
      say(form.dataset[WHY[error.name] ?? "saysFailed"]);
    }
  });
}

for (const place of document.querySelectorAll("[data-print-page]")) {
  place.hidden = false;
  place.querySelector("button").addEventListener("click", () => window.print());
}
