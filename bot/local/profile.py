"""The bot's own page: commands, name, descriptions; and where its updates go. In and out as in ``bot.local.methods``."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from bot.local.faults import bad_request
from bot.local.state import JSON, State, Webhook

Parameters = Mapping[str, Any]
Result = JSON | list[JSON] | bool

_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
)

MEMBER_FIELDS: dict[str, JSON] = {
    "creator": {"is_anonymous": False},
    "administrator": {"can_be_edited": False, "is_anonymous": False, **dict.fromkeys(_RIGHTS, True)},
    "member": {},
    "left": {},
    "kicked": {"until_date": 0},
}
"""What the Bot API tells of a member besides user and status."""


def _for_whom(given: Parameters) -> str:
    """Commands are set by scope and language."""
    return json.dumps([given.get("scope", {"type": "default"}), given.get("language_code", "")], sort_keys=True)


def set_my_commands(state: State, given: Parameters) -> Result:
    """https://core.telegram.org/bots/api#setmycommands"""
    commands: list[JSON] = given["commands"]
    if len(commands) > 100:
        raise bad_request("too much commands specified")
    for command in commands:
        if not _COMMAND.fullmatch(str(command["command"])):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(str(command["description"])) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    state.profile[f"commands {_for_whom(given)}"] = {"commands": commands}
    return True


def get_my_commands(state: State, given: Parameters) -> Result:
    """https://core.telegram.org/bots/api#getmycommands"""
    commands: list[JSON] = state.profile.get(f"commands {_for_whom(given)}", {}).get("commands", [])
    return commands


def _setter(field: str, longest: int) -> Callable[[State, Parameters], Result]:
    """A method that sets one text of the bot's page; the limits are on the methods' pages."""

    def set_text(state: State, given: Parameters) -> Result:
        text = str(given.get(field, ""))
        if len(text) > longest:
            raise bad_request(f"{field} is too long")
        state.profile[f"{field} {given.get('language_code', '')}"] = {field: text}
        return True

    return set_text


def _getter(field: str) -> Callable[[State, Parameters], Result]:
    """A method that tells one text of the bot's page; empty where none was set for that language."""

    def get_text(state: State, given: Parameters) -> Result:
        return state.profile.get(f"{field} {given.get('language_code', '')}", {field: ""})

    return get_text


def set_webhook(state: State, given: Parameters) -> Result:
    """https://core.telegram.org/bots/api#setwebhook"""
    url, secret = str(given["url"]), given.get("secret_token")
    if url and not url.startswith("https://"):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if secret is not None and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
        raise bad_request("secret token contains unallowed characters")
    state.webhook = Webhook(url, secret, given.get("allowed_updates", []))
    return _dropped(state, given)


def delete_webhook(state: State, given: Parameters) -> Result:
    """https://core.telegram.org/bots/api#deletewebhook"""
    state.webhook = Webhook()
    return _dropped(state, given)


def _dropped(state: State, given: Parameters) -> bool:
    if given.get("drop_pending_updates"):
        state.pending.clear()
    return True


def get_webhook_info(state: State, _given: Parameters) -> Result:
    """https://core.telegram.org/bots/api#getwebhookinfo"""
    return {"url": state.webhook.url, "has_custom_certificate": False, "pending_update_count": len(state.pending)}


METHODS: dict[str, Callable[[State, Parameters], Result]] = {
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "setMyName": _setter("name", 64),
    "getMyName": _getter("name"),
    "setMyDescription": _setter("description", 512),
    "getMyDescription": _getter("description"),
    "setMyShortDescription": _setter("short_description", 120),
    "getMyShortDescription": _getter("short_description"),
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
}
