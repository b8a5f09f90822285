"""Which templates are marked for translation, every word of them, and what finds a word that is not."""

from __future__ import annotations

import html
import re
from pathlib import Path

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"

# Held to it from here on. A template comes in when its last word is marked: docs/how-to/translate.md.
MARKED = (
    "400.html", "403.html", "403_csrf.html", "404.html", "413.html", "429.html", "500.html", "503.html", "bare_error.html",
    "base.html", "components/quoted.html", "components/typed_again.html", "components/typed_to_copy.html",
    "account/account_inactive.html", "account/confirm_login_code.html", "account/login.html", "account/logout.html",
    "account/messages/password_changed.txt", "account/messages/password_set.txt", "account/new_password.html",
    "account/password_change.html", "account/password_reset.html", "account/password_reset_done.html",
    "account/password_reset_from_key.html", "account/password_reset_from_key_done.html", "account/password_set.html",
    "account/reauthenticate.html", "account/request_login_code.html", "account/signup_closed.html",
    "accounts/demo.html", "accounts/home.html", "accounts/prove_first.html", "accounts/proved.html",
    "accounts/sign_on_offer.html", "accounts/signed_out.html", "allauth/layouts/base.html",
    "components/back_link.html", "components/breadcrumbs.html", "components/button_disabled_reason.html",
    "components/danger.html", "components/details.html", "components/footer.html", "components/header.html",
    "components/inset.html", "components/languages.html", "components/notification_banner.html",
    "components/pagination.html", "components/panel.html", "components/printed.html", "components/service_navigation.html",
    "components/summary_list.html", "components/table.html", "components/tag.html", "components/task_list.html",
    "components/training_banner.html", "components/warning_text.html", "components/way_back.html",
    "forms/checkbox.html", "forms/date_parts.html", "forms/error_summary.html", "forms/form.html", "forms/group.html",
    "forms/hint_and_error.html", "forms/labelled.html", "forms/script_words.html",
    "mfa/authenticate.html", "mfa/index.html", "mfa/lost.html", "mfa/messages/totp_activated.txt",
    "mfa/messages/totp_deactivated.txt", "mfa/messages/webauthn_added.txt", "mfa/messages/webauthn_removed.txt",
    "mfa/passkey_button.html", "mfa/recovery_codes/generate.html", "mfa/recovery_codes/index.html", "mfa/required.html",
    "mfa/totp/activate_form.html", "mfa/totp/deactivate_form.html", "mfa/webauthn/add_form.html",
    "mfa/webauthn/authenticator_confirm_delete.html", "mfa/webauthn/edit_form.html", "usersessions/usersession_list.html",
)  # fmt: skip

# Of the practitioner's pages: the frame inside a partnership, the first page, a disagreement as it is read.
PRACTITIONER = (
    "components/ball.html", "components/explained.html", "components/ladder.html", "components/rehearsal_bar.html",
    "components/timeline.html", "escalation/dashboard.html", "escalation/disagreement.html", "escalation/mine.html",
    "escalation/parts/across.html", "escalation/parts/beside.html", "escalation/parts/buttons.html",
    "escalation/parts/call.html", "escalation/parts/card.html", "escalation/parts/clocks.html",
    "escalation/parts/corrected.html", "escalation/parts/drafts.html", "escalation/parts/files.html",
    "escalation/parts/invited.html", "escalation/parts/kept.html", "escalation/parts/left.html",
    "escalation/parts/linked.html", "escalation/parts/more.html", "escalation/parts/next_steps.html",
    "escalation/parts/nothing_yet.html", "escalation/parts/on_file.html", "escalation/parts/outcome.html",
    "escalation/parts/actions_head.html",
    "escalation/parts/people.html", "escalation/parts/proposal.html", "escalation/parts/proposal_text.html",
    "escalation/parts/short.html", "escalation/parts/standing_in.html", "escalation/parts/telephone_meanwhile.html",
    "escalation/parts/written.html", "escalation/watching.html", "notifications/parts/address.html",
    "notifications/parts/calendar.html", "notifications/you.html", "partnerships/_assumptions_note.html", "words/list.html",
    "words/words.html",
)  # fmt: skip

# Raising: where one begins, signposts, a draft and its steps, checking, the confirmation, and logging what was settled.
RAISING = (
    "escalation/parts/noticed.html", "escalation/parts/telephone_meanwhile.html", "escalation/raise/changed.html",
    "escalation/raise/check.html", "escalation/raise/clocks.html", "escalation/raise/discard.html",
    "escalation/raise/elsewhere.html", "escalation/raise/gone.html", "escalation/raise/keeping.html",
    "escalation/raise/raised.html", "escalation/raise/routes.html", "escalation/raise/share.html",
    "escalation/raise/step.html", "escalation/raise/tasks.html", "escalation/raise/told.html", "escalation/settled.html",
    "escalation/start/choose.html", "escalation/start/contact.html", "escalation/start/danger.html",
    "escalation/start/drafts.html", "escalation/start/no_protocol.html", "escalation/start/signpost.html",
    "escalation/start/start.html",
)  # fmt: skip

_NOT_WORDS = re.compile(
    r"\{#.*?#\}|<script.*?</script>|<!DOCTYPE[^>]*>"
    r"|\{% blocktranslate.*?\{% endblocktranslate %\}|<(\w+)[^>]*\blang=\"cy\".*?</\1>",
    re.DOTALL,
)
# What a tag or filter is given to be shown must be marked too: text=_("Back").
_GIVEN = re.compile(
    r'\b(?:text|title|label|hint|heading|link|summary|empty|service_name|legend)="([^"]*[A-Za-z][^"]*)"'
    r'|\|default:"([^"/]*[A-Za-z][^"]*)"'
)
_ATTRIBUTE = re.compile(r'\b(?:aria-label|alt|title|placeholder|data-says-[a-z]+|data-i18n[a-z.-]*)="([^"]*)"')
_TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
_LETTERS = re.compile(r"[A-Za-z]{2,}")
# Which a default may name: an id's prefix and an address say nothing to anybody.
_NOT_SHOWN = {"task-list"}


def unmarked(text: str) -> list[str]:
    """Every word of a template that would stay English, whatever the page is in."""
    text = _NOT_WORDS.sub("", text)
    found = [one for tag in _TAG.findall(text) for pair in _GIVEN.findall(tag) for one in pair if one and one not in _NOT_SHOWN]
    text = _TAG.sub("", text)
    # A template may be attributes alone; what of them is shown was looked at already.
    shown = [*_ATTRIBUTE.findall(text), *re.split(r"<[^>]*>", re.sub(r'[\w.-]+="[^"]*"', "", text))]
    return found + [words.strip() for words in (html.unescape(one) for one in shown) if _LETTERS.search(words)]
