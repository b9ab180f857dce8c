package dev.portcullis.auth.mail;

/**
 * The words of a mail. They contain no text of a user: otherwise a stranger could have us send any text to anyone.
 *
 * @param text with {@code {link}} in it
 */
public record MailText(String subject, String text) {
    String with(String link) {
        return text.replace("{link}", link);
    }
}
