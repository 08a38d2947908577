//! The providers we know, one file each: data only, read once.

use std::sync::LazyLock;

use super::preset::Preset;

const FILES: &[(&str, &str)] = &[
    ("generic", include_str!("generic.toml")),
    ("meta_lead_ads", include_str!("meta_lead_ads.toml")),
    ("google_ads_lead_form", include_str!("google_ads_lead_form.toml")),
    ("wp_elementor", include_str!("wp_elementor.toml")),
    ("wp_elementor_advanced", include_str!("wp_elementor_advanced.toml")),
    ("wp_contact_form_7", include_str!("wp_contact_form_7.toml")),
    ("wp_wpforms", include_str!("wp_wpforms.toml")),
    ("wp_gravity_forms", include_str!("wp_gravity_forms.toml")),
    ("hubspot_workflow", include_str!("hubspot_workflow.toml")),
    ("hubspot_webhooks_v3", include_str!("hubspot_webhooks_v3.toml")),
    ("typeform", include_str!("typeform.toml")),
    ("linkedin_lead_gen", include_str!("linkedin_lead_gen.toml")),
    ("calendly", include_str!("calendly.toml")),
    ("email_postmark", include_str!("email_postmark.toml")),
    ("email_raw", include_str!("email_raw.toml")),
    ("email_mailgun", include_str!("email_mailgun.toml")),
    ("email_sendgrid", include_str!("email_sendgrid.toml")),
    ("whatsapp_cloud", include_str!("whatsapp_cloud.toml")),
    ("google_forms", include_str!("google_forms.toml")),
    ("webflow", include_str!("webflow.toml")),
    ("jotform", include_str!("jotform.toml")),
    ("tally", include_str!("tally.toml")),
    ("tiktok_lead_gen", include_str!("tiktok_lead_gen.toml")),
    ("twilio_sms", include_str!("twilio_sms.toml")),
    ("twilio_missed_call", include_str!("twilio_missed_call.toml")),
    ("standard_webhooks", include_str!("standard_webhooks.toml")),
    ("pipedrive_leadbooster", include_str!("pipedrive_leadbooster.toml")),
    ("intercom", include_str!("intercom.toml")),
    ("unbounce", include_str!("unbounce.toml")),
    ("cal_com", include_str!("cal_com.toml")),
    ("framer", include_str!("framer.toml")),
    ("squarespace_forms", include_str!("squarespace_forms.toml")),
    ("squarespace_webhook", include_str!("squarespace_webhook.toml")),
    ("activecampaign", include_str!("activecampaign.toml")),
    ("mailchimp", include_str!("mailchimp.toml")),
    ("netlify_forms", include_str!("netlify_forms.toml")),
    ("fillout", include_str!("fillout.toml")),
    ("formspree", include_str!("formspree.toml")),
    ("cognito_forms", include_str!("cognito_forms.toml")),
    ("paperform", include_str!("paperform.toml")),
    ("leadpages", include_str!("leadpages.toml")),
    ("instapage", include_str!("instapage.toml")),
];

static PRESETS: LazyLock<Vec<Preset>> = LazyLock::new(|| {
    let read = |(name, text): &(&str, &str)| {
        Preset::read(text).unwrap_or_else(|fault| unreachable!("the preset {name} is checked by a test: {fault}"))
    };
    FILES.iter().map(read).collect()
});

/// All presets, in the order in which they are offered.
#[must_use]
pub fn presets() -> &'static [Preset] {
    &PRESETS
}

/// A preset by its key.
#[must_use]
pub fn preset(key: &str) -> Option<&'static Preset> {
    PRESETS.iter().find(|p| p.key == key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::verify::Auth;

    #[test]
    fn every_preset_says_in_few_words_what_to_paste_where() {
        for preset in presets() {
            let (key, steps) = (&preset.key, &preset.setup);
            assert!((2..=4).contains(&steps.len()), "{key}: two to four steps, not {}", steps.len());
            for step in steps {
                assert!(step.chars().count() <= 190 && step.ends_with('.'), "{key}: a short sentence, not {step:?}");
            }
            let all = steps.join(" ").to_lowercase();
            assert!(all.contains("address") || all.contains("url"), "{key}: where the address goes");
            let secret =
                matches!(preset.auth, Auth::UrlToken) || ["secret", "key", "password", "token"].iter().any(|w| all.contains(w));
            assert!(secret, "{key}: where the secret goes");
        }
    }

    #[test]
    fn every_preset_reads_and_has_its_own_key() {
        for (name, text) in FILES {
            let preset = Preset::read(text).unwrap_or_else(|fault| panic!("{name}: {fault}"));
            assert_eq!(preset.key, *name);
        }
        assert_eq!(preset("typeform").map(|p| p.title.as_str()), Some("Typeform"));
    }
}
