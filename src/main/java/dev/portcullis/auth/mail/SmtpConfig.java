package dev.portcullis.auth.mail;

import dev.portcullis.config.Secret;
import dev.portcullis.config.Section;
import dev.portcullis.http.outgoing.OutgoingUrl;
import dev.portcullis.http.outgoing.ServiceSettings;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The section {@code accounts.mail.smtp}.
 *
 * @param ca the text of the certificates that are trusted instead of those of the JDK
 */
public record SmtpConfig(
        String host,
        int port,
        Tls tls,
        Optional<String> user,
        Optional<Secret> password,
        long timeoutMs,
        Optional<String> ca) {
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9.:-]{1,253}");

    public enum Tls {
        /** Begun in plain text, and given up if the server does not change to TLS (RFC 3207). */
        STARTTLS,
        /** TLS from the first byte (RFC 8314). */
        IMPLICIT,
        /** No TLS, only for a server on this machine. */
        OFF
    }

    /** Empty without a {@code host}. */
    static Optional<SmtpConfig> read(Section smtp) {
        Optional<String> host =
                smtp.basic().optionalText("host", "the mail server; without it no mail is sent by SMTP");
        SmtpConfig config = new SmtpConfig(
                host.orElse(""),
                smtp.basic().integer("port", 587, 1, 65_535, "its port"),
                smtp.choice(
                        "tls",
                        Tls.STARTTLS,
                        "starttls, needed of the server; implicit, from the first byte, as on port 465; off, only for a"
                                + " server on this machine"),
                smtp.basic().optionalText("user", "who logs in at the server; without it there is no login"),
                smtp.basic().secret("password", "the password of user, from {\"$env\": …} or {\"$file\": …}"),
                smtp.millis(
                        "timeoutMs",
                        30_000,
                        1_000,
                        120_000,
                        "how long a whole mail may take, from the connection to the answer to its text; a mail whose text"
                                + " was sent by then is not sent again"),
                ServiceSettings.authorities(smtp));
        if (host.isPresent()) {
            config.check(smtp);
        }
        return host.map(any -> config);
    }

    private void check(Section smtp) {
        if (!HOST.matcher(host).matches()) {
            smtp.problem("host", "is no host", "write the name of the mail server, or its address");
        }
        if (tls == Tls.OFF && !isThisMachine()) {
            smtp.problem("tls", "is off", "the links in mails must not travel in plain text (CWE-319)");
        }
        if (user.isPresent() != password.isPresent()) {
            smtp.problem("password", "and user belong together", "set both, or neither");
        }
    }

    private boolean isThisMachine() {
        return OutgoingUrl.parse("http://" + host).isPresent();
    }
}
