package dev.portcullis.auth.account;

import dev.portcullis.auth.account.AccountMailer.Mailed;
import dev.portcullis.auth.account.AccountStore.Change;
import dev.portcullis.auth.account.MailedLinks.LinkUsed;
import dev.portcullis.auth.account.MailedLinks.Resend;
import dev.portcullis.auth.account.MailedLinks.Resent;
import dev.portcullis.auth.mail.Letter;
import dev.portcullis.auth.mail.LinkPurpose;
import dev.portcullis.auth.mail.LinkToken;
import dev.portcullis.auth.password.PasswordHasher;
import dev.portcullis.auth.password.PasswordTurn;
import dev.portcullis.auth.revocation.Revoker;
import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;

/** Mails links to the users of accounts, and does what a link is good for. One for a node. */
public final class MailedLinkService {
    private static final int RESETS_AT_ONCE = 256;

    private final AccountMailer mailer;
    private final AccountStore store;
    private final ResetLinkStore resetLinks;
    private final PasswordHasher hasher;
    private final LoginPolicy logins;
    private final LoginEnder ender;
    private final LongSupplier clock;
    private final Semaphore resets = new Semaphore(RESETS_AT_ONCE);
    private final Set<String> inUse = ConcurrentHashMap.newKeySet();

    public MailedLinkService(
            AccountsConfig config,
            AccountMailer mailer,
            AccountStore store,
            ResetLinkStore resetLinks,
            PasswordHasher hasher,
            Revoker revoker,
            LongSupplier clock) {
        this.mailer = mailer;
        this.store = store;
        this.resetLinks = resetLinks;
        this.hasher = hasher;
        this.logins = new LoginPolicy(config);
        this.ender = new LoginEnder(store, revoker, logins);
        this.clock = clock;
    }

    Future<LinkUsed> verify(String text) {
        long now = clock.getAsLong();
        return mailer.parse(text, LinkPurpose.VERIFY)
                .map(token -> store.update(AccountMailer.userOf(token), state -> verified(state, token, now))
                        .map(found -> found.orElseGet(() -> LinkUsed.refused(GrantRefusal.BAD_LINK))))
                .orElseGet(() -> refused(GrantRefusal.BAD_LINK));
    }

    Future<Resent> resend(Resend request) {
        long now = clock.getAsLong();
        return store.find(request.user())
                .compose(found -> found.map(state -> resend(state, request, now))
                        .orElseGet(() -> Future.succeededFuture(new Resent(Optional.of(GrantRefusal.DISABLED), 0))));
    }

    private Future<Resent> resend(AccountState found, Resend request, long now) {
        Optional<Resent> refused = refusal(found, now);
        if (refused.isPresent()) {
            return Future.succeededFuture(refused.get());
        }
        EmailAddress email = found.account().email();
        long paceMs = mailer.takePace(LinkPurpose.VERIFY, request.network(), email, now);
        return paceMs > 0
                ? Future.succeededFuture(new Resent(Optional.of(GrantRefusal.MAILED), paceMs))
                : resending(request.user(), now)
                        .onSuccess(resending -> resending.mailed.ifPresentOrElse(
                                each -> mailer.send(each.letter(), Optional.of(request.network())),
                                () -> mailer.giveBackPace(LinkPurpose.VERIFY, request.network(), email, now)))
                        .map(Resending::answer);
    }

    private Future<Resending> resending(UserId user, long now) {
        return store.update(user, state -> {
                    Optional<Resent> refused = refusal(state, now);
                    if (refused.isPresent()) {
                        return Change.none(Resending.refused(refused.get()));
                    }
                    Mailed mailed = mailer.withLink(state, now);
                    return Change.to(mailed.state(), Resending.of(mailed));
                })
                .map(found ->
                        found.orElseGet(() -> Resending.refused(new Resent(Optional.of(GrantRefusal.DISABLED), 0))));
    }

    private static Optional<Resent> refusal(AccountState state, long now) {
        long waitMs = state.links().waitMs(now);
        return state.account().verified()
                ? Optional.of(new Resent(Optional.of(GrantRefusal.ALREADY_VERIFIED), 0))
                : waitMs > 0 ? Optional.of(new Resent(Optional.of(GrantRefusal.MAILED), waitMs)) : Optional.empty();
    }

    /** The result of a step for one more mail: the answer to the user, and the mail if one goes. */
    private record Resending(Resent answer, Optional<Mailed> mailed) {
        private static Resending refused(Resent why) {
            return new Resending(why, Optional.empty());
        }

        private static Resending of(Mailed mailed) {
            return new Resending(new Resent(Optional.empty(), 0), Optional.of(mailed));
        }
    }

    /**
     * Answers before anything is looked up, so that neither the answer nor its time tells whether there is such an account
     * (CWE-204, CWE-208). If the store fails meanwhile, no mail comes, and the user asks again.
     *
     * @param network of the client
     */
    Optional<GrantRefusal> askReset(String email, String network) {
        if (!resets.tryAcquire()) {
            return Optional.of(GrantRefusal.BUSY);
        }
        Future<Void> mailed = EmailAddress.parse(email)
                .map(address -> mailReset(address, network))
                .orElseGet(Future::succeededFuture);
        mailed.onComplete(any -> resets.release());
        return Optional.empty();
    }

    private Future<Void> mailReset(EmailAddress email, String network) {
        return accountOf(email.hash())
                .compose(found -> found.map(AccountState::account)
                        .map(account -> mailReset(account, network, clock.getAsLong()))
                        .orElseGet(Future::succeededFuture));
    }

    /**
     * Anyone can have many accounts that were not verified, with other spellings of one mailbox. So a client's network has a
     * pace of its own for mails to them. The address itself has its pause, and its user must not wait for others at their
     * network.
     */
    private Future<Void> mailReset(Account account, String network, long now) {
        Optional<String> paced =
                account.verified() || !account.email().isTagged() ? Optional.empty() : Optional.of(network);
        if (paced.filter(each -> mailer.takePace(LinkPurpose.RESET, each, account.email(), now) > 0)
                .isPresent()) {
            return Future.succeededFuture();
        }
        Letter letter = mailer.resetLetter(account, now);
        return resetLinks
                .update(
                        letter.token().subject(),
                        now,
                        links -> links.waitMs(now) > 0 ? links : links.with(AccountMailer.linkOf(letter), now))
                .onSuccess(change -> {
                    if (change.isNone()) {
                        paced.ifPresent(each -> mailer.giveBackPace(LinkPurpose.RESET, each, account.email(), now));
                    } else {
                        mailer.send(letter, paced);
                    }
                })
                .mapEmpty();
    }

    /** @param email the hash of an address */
    private Future<Optional<AccountState>> accountOf(String email) {
        return store.userOf(email)
                .compose(user -> user.map(store::find).orElseGet(() -> Future.succeededFuture(Optional.empty())))
                .map(found ->
                        found.filter(state -> state.account().email().hash().equals(email)));
    }

    /** A password that is too plain leaves the link as it is. */
    Future<LinkUsed> reset(String text, String newPassword) {
        return mailer.parse(text, LinkPurpose.RESET)
                .map(token -> inTurn(token, newPassword))
                .orElseGet(() -> refused(GrantRefusal.BAD_LINK));
    }

    /** Hashes one password at a time for a link: concurrent uses of the same link could not win. */
    private Future<LinkUsed> inTurn(LinkToken token, String newPassword) {
        String hash = token.hash();
        return inUse.add(hash)
                ? resetLinks
                        .find(token.subject())
                        .compose(links -> links.opens(hash, clock.getAsLong())
                                ? accountOf(token.subject())
                                : Future.succeededFuture(Optional.<AccountState>empty()))
                        .compose(found -> found.map(state -> reset(state.account(), token, newPassword))
                                .orElseGet(() -> refused(GrantRefusal.BAD_LINK)))
                        .onComplete(any -> inUse.remove(hash))
                : refused(GrantRefusal.BUSY);
    }

    private Future<LinkUsed> reset(Account account, LinkToken token, String newPassword) {
        return RegistrationForm.judge(newPassword, account.email(), account.username())
                .map(MailedLinkService::refused)
                .orElseGet(() -> hasher.hash(PasswordTurn.ofUser(account.id()), newPassword)
                        .compose(hashed -> hashed.fold(
                                hash -> use(account.id(), token, hash, clock.getAsLong()),
                                notRun -> refused(GrantRefusal.BUSY))));
    }

    /** The link goes first, since it is good once. It comes back where no password was set by it. */
    private Future<LinkUsed> use(UserId user, LinkToken token, String hash, long now) {
        return resetLinks
                .update(token.subject(), now, links -> links.opens(token.hash(), now) ? links.used() : links)
                .compose(change -> change.isNone()
                        ? refused(GrantRefusal.BAD_LINK)
                        : set(user, hash, now).onComplete(set -> {
                            if (set.failed() || set.result().refusal().isPresent()) {
                                var unused = resetLinks.update(
                                        token.subject(),
                                        now,
                                        links -> links.equals(change.after()) ? change.before() : links);
                            }
                        }));
    }

    /** All logins end: somebody else who had the old password may have one. */
    private Future<LinkUsed> set(UserId user, String hash, long now) {
        return store.update(user, state -> {
                    AccountState next = proved(logins.endBegunBefore(state, Long.MAX_VALUE, now));
                    AccountState changed = next.with(next.account().withPassword(hash));
                    return Change.to(changed, changed);
                })
                .compose(updated -> updated.map(state -> ender.finish(state).map(LinkUsed.by(user)))
                        .orElseGet(() -> refused(GrantRefusal.BAD_LINK)));
    }

    /** A second factor from before is of somebody who registered, who had not shown that the mailbox is theirs. */
    private static AccountState proved(AccountState state) {
        return state.account().verified()
                ? state
                : state.with(state.account().asVerified()).withFactor(Optional.empty());
    }

    private static Change<LinkUsed> verified(AccountState state, LinkToken token, long now) {
        return state.links().opens(token.hash(), now)
                ? Change.to(
                        state.with(state.account().asVerified())
                                .with(state.links().used()),
                        LinkUsed.by(state.account().id()))
                : Change.none(LinkUsed.refused(GrantRefusal.BAD_LINK));
    }

    private static Future<LinkUsed> refused(GrantRefusal why) {
        return Future.succeededFuture(LinkUsed.refused(why));
    }
}
