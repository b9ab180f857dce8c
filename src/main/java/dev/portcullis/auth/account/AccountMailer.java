package dev.portcullis.auth.account;

import dev.portcullis.auth.mail.Letter;
import dev.portcullis.auth.mail.LinkPurpose;
import dev.portcullis.auth.mail.LinkToken;
import dev.portcullis.auth.mail.LinkTokens;
import dev.portcullis.auth.mail.MailPace;
import dev.portcullis.auth.mail.MailQueue;
import dev.portcullis.auth.mail.OpenLinks;
import dev.portcullis.auth.mail.OpenLinks.Link;
import dev.portcullis.protocol.UserId;
import java.util.Optional;

/** Makes links for accounts, mails them, and recognises them. One for a node. */
public final class AccountMailer {
    private static final int PREFIX = AccountsConfig.USER_PREFIX.length();

    private final LinkTokens tokens;
    private final MailQueue queue;
    private final MailPace pace = new MailPace();

    public AccountMailer(AccountKeys keys, MailQueue queue) {
        this.tokens = keys.linkTokens();
        this.queue = queue;
    }

    /** An account with a link in its row, and the mail with it, which is to be sent once the row is stored. */
    record Mailed(AccountState state, Letter letter) {}

    Mailed withLink(AccountState state, LinkPurpose purpose, long now) {
        Account account = state.account();
        LinkToken token = tokens.make(account.id().value().substring(PREFIX), purpose);
        long expiresAt = now + purpose.lifetimeMs();
        OpenLinks links = state.linksFor(purpose).with(new Link(token.hash(), expiresAt), now);
        return new Mailed(
                state.with(purpose, links),
                new Letter(account.id(), account.email().value(), token, expiresAt));
    }

    void send(Letter letter) {
        queue.send(letter);
    }

    /**
     * How long a client of this network has no further mail sent to this mailbox by the accounts that it has, in milliseconds. With 0
     * it counts as sent.
     */
    long takePace(String network, EmailAddress email, long now) {
        long waitMs = pace.waitMs(network, email.value(), now);
        if (waitMs == 0) {
            pace.mailed(network, email.value(), now);
        }
        return waitMs;
    }

    /** Empty for a text that is no link's token of this purpose. */
    Optional<LinkToken> parse(String text, LinkPurpose purpose) {
        return tokens.parse(text, purpose);
    }

    static UserId userOf(LinkToken token) {
        return new UserId(AccountsConfig.USER_PREFIX + token.account());
    }
}
