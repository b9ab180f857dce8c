package dev.portcullis.auth.mail;

import dev.portcullis.config.Section;
import dev.portcullis.http.outgoing.OutgoingUrl;
import java.util.Optional;
import java.util.regex.Pattern;

/** The section {@code accounts.mail}. */
public record MailConfig(
        String link,
        String from,
        int queue,
        Text verify,
        Text reset,
        Optional<SmtpConfig> smtp,
        Optional<MailHookConfig> hook) {
    /** A line break in it would be a header of its own (CWE-93). */
    private static final Pattern LINE = Pattern.compile("[^\\p{Cntrl}]{1,200}");

    private static final Pattern TEXT = Pattern.compile("(?s).{0,10000}\\{link}.{0,10000}");

    /**
     * The words of a mail. They contain no text of a user: otherwise a stranger could have us send any text to anyone.
     *
     * @param text with {@code {link}} in it
     */
    public record Text(String subject, String text) {
        String with(String link) {
            return text.replace("{link}", link);
        }
    }

    /** Empty where no mail is sent. */
    public static Optional<MailConfig> read(Section mail) {
        MailConfig config = new MailConfig(
                mail.basic()
                        .text(
                                "link",
                                "",
                                "URL of the page that takes what a mail's link brings, #verify=… or #reset=…, such as the page"
                                        + " where users log in: https, or http to this machine"),
                mail.basic().text("from", "portcullis@localhost", LINE, "the sender of mails by SMTP"),
                mail.integer(
                        "queue",
                        256,
                        1,
                        10_000,
                        "mails on their way at a time; beyond that those to the domains that are trusted least lose their places"),
                text(
                        mail.section("verify"),
                        "Confirm your e-mail address",
                        "Open this link to confirm your e-mail address:\n\n{link}\n\nIt is good for 24 hours. If you"
                                + " have not created an account, ignore this mail.\n"),
                text(
                        mail.section("reset"),
                        "Set a new password",
                        "Open this link to set a new password:\n\n{link}\n\nIt is good once, for 30 minutes. If you have"
                                + " not asked for it, ignore this mail: your password stays as it is.\n"),
                SmtpConfig.read(mail.section("smtp")),
                MailHookConfig.read(mail.section("hook")));
        config.check(mail);
        return config.smtp.isPresent() || config.hook.isPresent() ? Optional.of(config) : Optional.empty();
    }

    /** The link of a token. The part behind the {@code #} reaches no server's log and no other page (CWE-598). */
    String linkOf(LinkToken token) {
        return link + "#" + token.purpose().id() + "=" + token.text();
    }

    Text textFor(LinkPurpose purpose) {
        return switch (purpose) {
            case VERIFY -> verify;
            case RESET -> reset;
        };
    }

    private static Text text(Section section, String subject, String text) {
        return new Text(
                section.text("subject", subject, LINE, "the subject of the mail by SMTP"),
                section.text("text", text, TEXT, "its text; {link} stands for the link"));
    }

    private void check(Section mail) {
        if (smtp.isPresent() && hook.isPresent()) {
            mail.problem("hook", "and smtp are both set", "mails go one way: set url or host");
        }
        boolean sends = smtp.isPresent() || hook.isPresent();
        if (sends && OutgoingUrl.parse(link).isEmpty()) {
            mail.problem("link", "is no URL that a mail can name", "write https://…, or http:// and this machine");
        }
    }
}
