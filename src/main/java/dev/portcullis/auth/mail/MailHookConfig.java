package dev.portcullis.auth.mail;

import dev.portcullis.config.Secret;
import dev.portcullis.config.Section;
import dev.portcullis.http.outgoing.OutgoingConfig;
import dev.portcullis.http.outgoing.OutgoingUrl;
import dev.portcullis.http.outgoing.ServiceSettings;
import java.util.Optional;

/**
 * The section {@code accounts.mail.hook}.
 *
 * @param bounds of the calls
 * @param ca the text of the certificates that are trusted instead of those of the JDK
 */
public record MailHookConfig(OutgoingUrl url, Secret secret, OutgoingConfig bounds, Optional<String> ca) {
    private static final int ANSWER_BYTES = 16_384;

    /** Empty without a {@code url}. */
    static Optional<MailHookConfig> read(Section hook) {
        Optional<String> url = hook.basic()
                .optionalText(
                        "url", "URL of the application that sends the mails itself: https, or http to this machine");
        Optional<Secret> secret = ServiceSettings.signingSecret(hook, " over time and body");
        long deadlineMs = hook.millis("deadlineMs", 5_000, 100, 60_000, "how long an answer may take");
        OutgoingConfig bounds =
                ServiceSettings.boundsWithoutBreaker(hook, deadlineMs, ANSWER_BYTES, MailTurns.mostAtOnce(deadlineMs));
        Optional<String> ca = ServiceSettings.authorities(hook);
        if (url.isPresent() && secret.isEmpty()) {
            hook.problem("secret", "is missing", "the application must know that a mail is asked for by this server");
        }
        return ServiceSettings.url(hook, url, "mails are given to")
                .flatMap(parsed -> secret.map(key -> new MailHookConfig(parsed, key, bounds, ca)));
    }
}
