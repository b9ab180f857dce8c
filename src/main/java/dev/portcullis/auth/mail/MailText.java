package dev.portcullis.auth.mail;

/**
 * The words of a mail. They have nothing that a user wrote: else a stranger could have us send any text to anyone.
 *
 * @param text with {@code {link}} in it
 */
public record MailText(String subject, String text) {
    String with(String link) {
        return text.replace("{link}", link);
    }
}
