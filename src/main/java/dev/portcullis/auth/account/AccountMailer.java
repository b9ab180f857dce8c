package dev.portcullis.auth.account;

import dev.portcullis.auth.account.AccountStore.Change;
import dev.portcullis.auth.mail.Letter;
import dev.portcullis.auth.mail.LinkPurpose;
import dev.portcullis.auth.mail.LinkToken;
import dev.portcullis.auth.mail.LinkTokens;
import dev.portcullis.auth.mail.MailPace;
import dev.portcullis.auth.mail.MailQueue;
import dev.portcullis.auth.mail.MailResult;
import dev.portcullis.auth.mail.OpenLinks;
import dev.portcullis.auth.mail.OpenLinks.Link;
import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;
import java.util.Optional;

/** Makes links for accounts, mails them, and recognises them. One for a node. */
public final class AccountMailer {
    private static final int PREFIX = AccountsConfig.USER_PREFIX.length();

    private final LinkTokens tokens;
    private final MailQueue queue;
    private final AccountStore store;
    private final MailPace pace = new MailPace();

    public AccountMailer(AccountKeys keys, MailQueue queue, AccountStore store) {
        this.tokens = keys.linkTokens();
        this.queue = queue;
        this.store = store;
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

    /**
     * If the mail loses its place, its user does not wait for a further one. If the store fails then, the pause stays.
     *
     * @param network of whose pace the mail has taken
     */
    void send(Letter letter, Optional<String> network) {
        queue.send(letter).onSuccess(result -> {
            if (result == MailResult.DROPPED) {
                network.ifPresent(each -> pace.giveBack(each, letter.to(), letter.writtenAt()));
                var unused = withdraw(letter);
            }
        });
    }

    private Future<?> withdraw(Letter letter) {
        LinkPurpose purpose = letter.token().purpose();
        return store.update(letter.user(), state -> {
            OpenLinks links = state.linksFor(purpose);
            OpenLinks next = links.without(letter.token().hash(), letter.writtenAt());
            return next.equals(links)
                    ? Change.none(letter.user())
                    : Change.to(state.with(purpose, next), letter.user());
        });
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

    /** Gives back what was taken at this time: no mail was written. */
    void giveBackPace(String network, EmailAddress email, long takenAt) {
        pace.giveBack(network, email.value(), takenAt);
    }

    /** Empty for a text that is no link's token of this purpose. */
    Optional<LinkToken> parse(String text, LinkPurpose purpose) {
        return tokens.parse(text, purpose);
    }

    static UserId userOf(LinkToken token) {
        return new UserId(AccountsConfig.USER_PREFIX + token.account());
    }
}
