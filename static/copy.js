// Copies the text of a box. Without this the button stays hidden, and the text is selected and copied by hand.
const button = document.querySelector('[data-copy]');
if (button && navigator.clipboard) {
  const box = document.getElementById(button.dataset.copy);
  const told = document.querySelector('[data-copy-told]');
  button.hidden = false;
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(box.value);
      told.textContent = button.dataset.saysCopied || 'Copied.';
    } catch {
      box.focus();
      box.select();
      told.textContent = button.dataset.saysSelected || 'The text is selected. Copy it now.';
    }
  });
}
