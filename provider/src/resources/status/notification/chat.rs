//! Messages in rooms and channels.

use tfplugin::schema::validators;
use tfplugin::{Field, Model, Secret};

use crate::resources::status::fields::shapes::{Used, Wire, Words};
use crate::resources::status::fields::{Fields, Visit};

/// A message of a Telegram bot.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct Telegram {
    /// Token of the bot, from Telegram's `@BotFather`.
    /// Required, unless an import found one: that stays until the configuration names it.
    #[attribute(optional, write_only, validate = validators::not_empty)]
    pub bot_token_wo: Field<Secret>,
    /// The chat, group or channel: a number, or the name of a public channel with its `@`.
    #[attribute(required, validate = validators::not_empty)]
    pub chat_id: Field<String>,
    /// Number of the topic in a group that has topics.
    #[attribute(optional)]
    pub message_thread_id: Field<String>,
    /// Address of the API, for a server of your own. From version 2 on.
    #[attribute(optional, default = "https://api.telegram.org", validate = validators::url)]
    pub server_url: Field<String>,
    /// The message as a Liquid template, in place of the server's own. From version 2 on.
    #[attribute(optional, validate = validators::not_empty)]
    pub template: Field<String>,
    /// How Telegram reads the template: `plain`, `HTML` or `MarkdownV2`.
    #[attribute(optional, default = "plain", validate = validators::one_of(&["plain", "HTML", "MarkdownV2"]))]
    pub template_format: Field<String>,
    /// Whether the message comes without a sound.
    #[attribute(optional, default = false)]
    pub silent: Field<bool>,
    /// Whether the message can be neither forwarded nor saved.
    #[attribute(optional, default = false)]
    pub protect_content: Field<bool>,
}

impl Fields for Telegram {
    fn fields(&mut self, visit: &mut dyn Visit) {
        visit.needed("bot_token_wo", "telegramBotToken", &mut self.bot_token_wo);
        visit.text("chat_id", "telegramChatID", &mut self.chat_id, None);
        visit.text(
            "message_thread_id",
            "telegramMessageThreadID",
            &mut self.message_thread_id,
            None,
        );
        let server = Some("https://api.telegram.org");
        visit.text("server_url", "telegramServerUrl", &mut self.server_url, server);
        visit.text("template", "telegramTemplate", &mut self.template, None);
        visit.json("template", "telegramUseTemplate", &mut Used(&mut [&mut self.template]));
        visit.text(
            "template_format",
            "telegramTemplateParseMode",
            &mut self.template_format,
            Some("plain"),
        );
        visit.truth("silent", "telegramSendSilently", &mut self.silent, false);
        visit.truth(
            "protect_content",
            "telegramProtectContent",
            &mut self.protect_content,
            false,
        );
    }
}

/// A message in Slack.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct Slack {
    /// Address of the incoming webhook, which holds its token.
    /// Required, unless an import found one: that stays until the configuration names it.
    #[attribute(optional, write_only, validate = super::validate::secret_url)]
    pub webhook_url_wo: Field<Secret>,
    /// Name of the sender, in place of the webhook's own.
    #[attribute(optional)]
    pub username: Field<String>,
    /// Emoji of the sender, such as `:warning:`.
    #[attribute(optional)]
    pub icon_emoji: Field<String>,
    /// The channel, in place of the webhook's own, such as `#operations`.
    #[attribute(optional)]
    pub channel: Field<String>,
    /// Whether the message is a card with details rather than a line of text.
    #[attribute(optional, default = false)]
    pub rich_message: Field<bool>,
    /// Whether the message says the groups that the monitor is in. From version 2 on.
    #[attribute(optional, default = true)]
    pub include_group_name: Field<bool>,
    /// Whether everybody in the channel is called (`<!channel>`).
    #[attribute(optional, default = false)]
    pub notify_channel: Field<bool>,
    /// The message as a Liquid template, in place of the server's own. From version 2 on.
    #[attribute(optional, validate = validators::not_empty)]
    pub template: Field<String>,
}

impl Fields for Slack {
    fn fields(&mut self, visit: &mut dyn Visit) {
        visit.needed("webhook_url_wo", "slackwebhookURL", &mut self.webhook_url_wo);
        visit.text("username", "slackusername", &mut self.username, None);
        visit.text("icon_emoji", "slackiconemo", &mut self.icon_emoji, None);
        visit.text("channel", "slackchannel", &mut self.channel, None);
        visit.truth("rich_message", "slackrichmessage", &mut self.rich_message, false);
        visit.truth(
            "include_group_name",
            "slackIncludeGroupName",
            &mut self.include_group_name,
            true,
        );
        visit.truth("notify_channel", "slackchannelnotify", &mut self.notify_channel, false);
        visit.text("template", "slackTemplate", &mut self.template, None);
        visit.json("template", "slackUseTemplate", &mut Used(&mut [&mut self.template]));
    }
}

/// A message in Discord.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct Discord {
    /// Address of the webhook, which holds its token.
    /// Required, unless an import found one: that stays until the configuration names it.
    #[attribute(optional, write_only, validate = super::validate::secret_url)]
    pub webhook_url_wo: Field<Secret>,
    /// Name of the sender, in place of the server's own.
    #[attribute(optional)]
    pub username: Field<String>,
    /// Text before each message, such as a mention.
    #[attribute(optional)]
    pub prefix_message: Field<String>,
    /// Form of the message: `normal` (a card with details), `minimalist` (one line) or `custom` for `message_template`.
    /// From version 2 on.
    #[attribute(optional, default = "normal", validate = validators::one_of(&["normal", "minimalist", "custom"]))]
    pub message_format: Field<String>,
    /// The message as a Liquid template, for `message_format = "custom"`.
    #[attribute(optional)]
    pub message_template: Field<String>,
    /// Where the message goes: `channel`, `forum_post` (a new post of the webhook's forum) or `thread` (one that is there).
    /// From version 2 on.
    #[attribute(optional, default = "channel", validate = validators::one_of(&["channel", "forum_post", "thread"]))]
    pub target: Field<String>,
    /// Title of the new post, for `target = "forum_post"`.
    #[attribute(optional)]
    pub post_name: Field<String>,
    /// Number of the thread, for `target = "thread"`.
    #[attribute(optional)]
    pub thread_id: Field<String>,
    /// Whether the address of what is watched is left out. From version 2 on.
    #[attribute(optional, default = false)]
    pub hide_url: Field<bool>,
    /// Whether the message comes without a sound. From version 2 on.
    #[attribute(optional, default = false)]
    pub silent: Field<bool>,
}

impl Fields for Discord {
    fn fields(&mut self, visit: &mut dyn Visit) {
        visit.needed("webhook_url_wo", "discordWebhookUrl", &mut self.webhook_url_wo);
        visit.text("username", "discordUsername", &mut self.username, None);
        visit.text("prefix_message", "discordPrefixMessage", &mut self.prefix_message, None);
        visit.text(
            "message_format",
            "discordMessageFormat",
            &mut self.message_format,
            Some("normal"),
        );
        visit.text(
            "message_template",
            "discordMessageTemplate",
            &mut self.message_template,
            None,
        );
        let mut target = Words {
            field: &mut self.target,
            words: &[
                ("channel", Wire::Text("channel")),
                ("forum_post", Wire::Text("createNewForumPost")),
                ("thread", Wire::Text("postToThread")),
            ],
        };
        visit.json("target", "discordChannelType", &mut target);
        visit.text("post_name", "postName", &mut self.post_name, None);
        visit.text("thread_id", "threadId", &mut self.thread_id, None);
        visit.truth("hide_url", "disableUrl", &mut self.hide_url, false);
        visit.truth("silent", "discordSuppressNotifications", &mut self.silent, false);
    }
}

/// A card in Microsoft Teams.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct Teams {
    /// Address of the channel's workflow or webhook, which holds its token.
    /// Required, unless an import found one: that stays until the configuration names it.
    #[attribute(optional, write_only, validate = super::validate::secret_url)]
    pub webhook_url_wo: Field<Secret>,
    /// Whether the card shows the monitor's tags. From version 2 on.
    #[attribute(optional, default = false)]
    pub show_tags: Field<bool>,
}

impl Fields for Teams {
    fn fields(&mut self, visit: &mut dyn Visit) {
        visit.needed("webhook_url_wo", "webhookUrl", &mut self.webhook_url_wo);
        visit.truth("show_tags", "teamsEnableTags", &mut self.show_tags, false);
    }
}

/// A message in a Matrix room.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct Matrix {
    /// Address of the home server, without a slash at its end.
    #[attribute(required, validate = validators::url)]
    pub homeserver_url: Field<String>,
    /// The room's internal name, such as `!abc:example.org`.
    #[attribute(required, validate = validators::not_empty)]
    pub room_id: Field<String>,
    /// Access token of the user that sends.
    /// Required, unless an import found one: that stays until the configuration names it.
    #[attribute(optional, write_only, validate = validators::not_empty)]
    pub access_token_wo: Field<Secret>,
    /// The message as a Liquid template, in place of the server's own. From version 2 on.
    #[attribute(optional, validate = validators::not_empty)]
    pub template: Field<String>,
}

impl Fields for Matrix {
    fn fields(&mut self, visit: &mut dyn Visit) {
        visit.text("homeserver_url", "homeserverUrl", &mut self.homeserver_url, None);
        visit.text("room_id", "internalRoomId", &mut self.room_id, None);
        visit.needed("access_token_wo", "accessToken", &mut self.access_token_wo);
        visit.text("template", "matrixTemplate", &mut self.template, None);
        visit.json("template", "matrixUseTemplate", &mut Used(&mut [&mut self.template]));
    }
}
