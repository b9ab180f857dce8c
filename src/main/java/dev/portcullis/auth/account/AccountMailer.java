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
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Makes links for accounts, mails them, and recognises them. One for a node. */
public final class AccountMailer {
    private static final int PREFIX = AccountsConfig.USER_PREFIX.length();

    private final LinkTokens tokens;
    private final MailQueue queue;
    private final AccountStore store;
    private final ResetLinkStore resets;
    private final Map<LinkPurpose, MailPace> paces = new EnumMap<>(LinkPurpose.class);

    public AccountMailer(AccountKeys keys, MailQueue queue, AccountStore store, ResetLinkStore resets) {
        this.tokens = keys.linkTokens();
        this.queue = queue;
        this.store = store;
        this.resets = resets;
        for (LinkPurpose purpose : LinkPurpose.values()) {
            paces.put(purpose, new MailPace());
        }
    }

    /** An account with a link in its row, and the mail with it, which is to be sent once the row is stored. */
    record Mailed(AccountState state, Letter letter) {}

    Mailed withLink(AccountState state, long now) {
        Account account = state.account();
        Letter letter = letter(account, tokens.make(account.id().value().substring(PREFIX), LinkPurpose.VERIFY), now);
        return new Mailed(state.with(state.links().with(linkOf(letter), now)), letter);
    }

    Letter resetLetter(Account account, long now) {
        return letter(account, tokens.make(account.email().hash(), LinkPurpose.RESET), now);
    }

    private static Letter letter(Account account, LinkToken token, long now) {
        return new Letter(
                account.id(),
                account.email().value(),
                account.verified(),
                token,
                now + token.purpose().lifetimeMs());
    }

    static Link linkOf(Letter letter) {
        return new Link(letter.token().hash(), letter.expiresAt());
    }

    /**
     * If the mail loses its place, its user does not wait for a further one. If the store fails then, the pause stays.
     *
     * @param network of whose pace the mail has taken
     */
    void send(Letter letter, Optional<String> network) {
        queue.send(letter).onSuccess(result -> {
            if (result == MailResult.DROPPED) {
                network.ifPresent(
                        each -> paceOf(letter.token().purpose()).giveBack(each, letter.to(), letter.writtenAt()));
                var unused = withdraw(letter);
            }
        });
    }

    private Future<?> withdraw(Letter letter) {
        String hash = letter.token().hash();
        if (letter.token().purpose() == LinkPurpose.RESET) {
            return resets.update(
                    letter.token().subject(), letter.writtenAt(), links -> links.without(hash, letter.writtenAt()));
        }
        return store.update(letter.user(), state -> {
            OpenLinks next = state.links().without(hash, letter.writtenAt());
            return next.equals(state.links()) ? Change.none(letter.user()) : Change.to(state.with(next), letter.user());
        });
    }

    private MailPace paceOf(LinkPurpose purpose) {
        return Objects.requireNonNull(paces.get(purpose));
    }

    /**
     * How long a client of this network has no further mail sent to this mailbox by the accounts that it has, in milliseconds.
     * With 0 it counts as sent.
     */
    long takePace(LinkPurpose purpose, String network, EmailAddress email, long now) {
        MailPace of = paceOf(purpose);
        long waitMs = of.waitMs(network, email.value(), now);
        if (waitMs == 0) {
            of.mailed(network, email.value(), now);
        }
        return waitMs;
    }

    /** Gives back what was taken at this time: no mail was written. */
    void giveBackPace(LinkPurpose purpose, String network, EmailAddress email, long takenAt) {
        paceOf(purpose).giveBack(network, email.value(), takenAt);
    }

    /** Empty for a text that is no link's token of this purpose. */
    Optional<LinkToken> parse(String text, LinkPurpose purpose) {
        return tokens.parse(text, purpose);
    }

    static UserId userOf(LinkToken token) {
        return new UserId(AccountsConfig.USER_PREFIX + token.subject());
    }
}
