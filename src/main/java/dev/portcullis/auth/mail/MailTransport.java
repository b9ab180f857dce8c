package dev.portcullis.auth.mail;

import io.vertx.core.Future;

/** Takes mails to their users. */
public interface MailTransport extends AutoCloseable {
    /** Never fails. */
    Future<MailResult> send(Letter letter);

    /** How long a mail takes at most. */
    long timeoutMs();

    @Override
    void close();
}
