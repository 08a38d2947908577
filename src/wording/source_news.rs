//! News about sources and channels, for managers: quiet, heard again, not readable, closed to cards.

use super::parts::label;
use super::{World, quarantine};
use crate::domain::decision::News;
use crate::domain::text::{Text, Untrusted, When};

/// What happened, in one line; empty for news of other kinds.
pub(super) fn headline(news: &News) -> Text {
    if let News::SourceSilent { source, since, .. } = news {
        return Text::plain(format!("{source} is quiet: nothing came since ")).at(*since, When::DateTime);
    }
    if let News::CardsRefused { channel, .. } = news {
        return Text::plain("Leads cannot be shown in #").data(&Untrusted::new(channel).one_line().cut(60));
    }
    if let News::SourceHeardAgain { source, .. } = news {
        return Text::plain(format!("{source} is heard again"));
    }
    if let News::Replayed(replayed) = news {
        return quarantine::replayed(replayed);
    }
    if let News::Quarantined { source, .. } = news {
        return Text::plain(format!("Something from {source} could not be read"));
    }
    Text::default()
}

/// What follows from it, and what to do now; nothing for news of other kinds.
pub(super) fn lines(news: &News, world: World<'_>) -> Vec<Text> {
    if let News::SourceSilent { source, since, expected } = news {
        let local = world.playbook.company.hours.zone().local(*since).format("%a %H:%M");
        return vec![
            label("Why").and(format!("last heard {local}; usually {expected} by now.")),
            Text::plain(format!(
                "Send a test: leadbell source send {source}. If that arrives, look at the sender: is the form online, is its webhook \
                 switched on, does it still hold this address and secret?"
            )),
            "This is told once, and again only after something came.".into(),
        ];
    }
    if let News::CardsRefused { why, .. } = news {
        return vec![
            label("Why").data(&Untrusted::new(why).one_line().cut(300)),
            "Its leads are kept, and nobody sees their cards: correct the channel in the playbook, or let the bot see it and post there. \
             leadbell doctor checks that, and leadbell dead replay posts what was given up by then. This is told once a day."
                .into(),
        ];
    }
    if let News::SourceHeardAgain { since, .. } = news {
        return vec![Text::plain("Before that, nothing had come since ").at(*since, When::DateTime).and(".")];
    }
    if let News::Replayed(replayed) = news {
        return quarantine::still_unread(replayed);
    }
    if let News::Quarantined { why, .. } = news {
        return vec![
            label("Why").and(why.clone()),
            "Nothing is lost: mend the mapping, then replay them. See /intake quarantine.".into(),
        ];
    }
    Vec::new()
}
