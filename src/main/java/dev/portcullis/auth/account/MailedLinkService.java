package dev.portcullis.auth.account;

import dev.portcullis.auth.account.AccountMailer.Mailed;
import dev.portcullis.auth.account.AccountStore.Change;
import dev.portcullis.auth.account.MailedLinks.LinkUsed;
import dev.portcullis.auth.account.MailedLinks.Resend;
import dev.portcullis.auth.account.MailedLinks.Resent;
import dev.portcullis.auth.mail.LinkPurpose;
import dev.portcullis.auth.mail.LinkToken;
import dev.portcullis.auth.password.PasswordHasher;
import dev.portcullis.auth.password.PasswordTurn;
import dev.portcullis.auth.revocation.Revoker;
import dev.portcullis.protocol.UserId;
import dev.portcullis.resilience.InFlightLimit;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** Mails links to the users of accounts, and does what a link is good for. One for a node. */
public final class MailedLinkService {
    private static final int RESETS_AT_ONCE = 256;

    private final AccountMailer mailer;
    private final AccountStore store;
    private final PasswordHasher hasher;
    private final LoginPolicy logins;
    private final LoginEnder ender;
    private final LongSupplier clock;
    private final InFlightLimit resets = new InFlightLimit(RESETS_AT_ONCE);
    private final Set<String> inUse = ConcurrentHashMap.newKeySet();

    public MailedLinkService(
            AccountsConfig config,
            AccountMailer mailer,
            AccountStore store,
            PasswordHasher hasher,
            Revoker revoker,
            LongSupplier clock) {
        this.mailer = mailer;
        this.store = store;
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
        long paceMs = mailer.takePace(request.network(), email, now);
        return paceMs > 0
                ? Future.succeededFuture(new Resent(Optional.of(GrantRefusal.MAILED), paceMs))
                : resending(request.user(), now)
                        .onSuccess(resending -> resending.mailed.ifPresentOrElse(
                                each -> mailer.send(each.letter(), Optional.of(request.network())),
                                () -> mailer.giveBackPace(request.network(), email, now)))
                        .map(Resending::answer);
    }

    private Future<Resending> resending(UserId user, long now) {
        return store.update(user, state -> {
                    Optional<Resent> refused = refusal(state, now);
                    if (refused.isPresent()) {
                        return Change.none(Resending.refused(refused.get()));
                    }
                    Mailed mailed = mailer.withLink(state, LinkPurpose.VERIFY, now);
                    return Change.to(mailed.state(), Resending.of(mailed));
                })
                .map(found ->
                        found.orElseGet(() -> Resending.refused(new Resent(Optional.of(GrantRefusal.DISABLED), 0))));
    }

    private static Optional<Resent> refusal(AccountState state, long now) {
        long waitMs = state.linksFor(LinkPurpose.VERIFY).waitMs(now);
        return state.account().verified()
                ? Optional.of(new Resent(Optional.of(GrantRefusal.ALREADY_VERIFIED), 0))
                : waitMs > 0 ? Optional.of(new Resent(Optional.of(GrantRefusal.MAILED), waitMs)) : Optional.empty();
    }

    /** What a step made of a request for another mail. */
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
     */
    Optional<GrantRefusal> askReset(String email) {
        if (!resets.tryAcquire()) {
            return Optional.of(GrantRefusal.BUSY);
        }
        Future<Void> mailed = EmailAddress.parse(email).map(this::mailReset).orElseGet(Future::succeededFuture);
        mailed.onComplete(any -> resets.release());
        return Optional.empty();
    }

    private Future<Void> mailReset(EmailAddress email) {
        long now = clock.getAsLong();
        return store.userOf(email)
                .compose(found -> found.map(user -> store.update(user, state -> withReset(state, email, now)))
                        .orElseGet(() -> Future.succeededFuture(Optional.empty())))
                .onSuccess(updated -> updated.flatMap(each -> each)
                        .ifPresent(mailed -> mailer.send(mailed.letter(), Optional.empty())))
                .mapEmpty();
    }

    private Change<Optional<Mailed>> withReset(AccountState state, EmailAddress email, long now) {
        boolean due = state.account().email().equals(email)
                && state.linksFor(LinkPurpose.RESET).waitMs(now) == 0;
        if (!due) {
            return Change.none(Optional.empty());
        }
        Mailed mailed = mailer.withLink(state, LinkPurpose.RESET, now);
        return Change.to(mailed.state(), Optional.of(mailed));
    }

    /** A password that is too plain leaves the link as it is. */
    Future<LinkUsed> reset(String text, String newPassword) {
        return mailer.parse(text, LinkPurpose.RESET)
                .map(token -> inTurn(token, newPassword))
                .orElseGet(() -> refused(GrantRefusal.BAD_LINK));
    }

    /** Of many uses of one link at one time the others are not hashed: they could not win. */
    private Future<LinkUsed> inTurn(LinkToken token, String newPassword) {
        String hash = token.hash();
        return inUse.add(hash)
                ? store.find(AccountMailer.userOf(token))
                        .compose(found -> found.filter(state -> isOpen(state, token, clock.getAsLong()))
                                .map(state -> reset(state.account(), token, newPassword))
                                .orElseGet(() -> refused(GrantRefusal.BAD_LINK)))
                        .onComplete(any -> inUse.remove(hash))
                : refused(GrantRefusal.BUSY);
    }

    private Future<LinkUsed> reset(Account account, LinkToken token, String newPassword) {
        return RegistrationForm.judge(newPassword, account.email(), account.username())
                .map(MailedLinkService::refused)
                .orElseGet(() -> hasher.hash(PasswordTurn.ofUser(account.id()), newPassword)
                        .compose(hashed -> hashed.fold(
                                hash -> reset(account.id(), token, hash, clock.getAsLong()),
                                notRun -> refused(GrantRefusal.BUSY))));
    }

    /** All logins end: somebody else who had the old password may have one. */
    private Future<LinkUsed> reset(UserId user, LinkToken token, String hash, long now) {
        return store.update(user, state -> {
                    if (!isOpen(state, token, now)) {
                        return Change.none(Optional.<AccountState>empty());
                    }
                    AccountState next = proved(logins.endBegunBefore(state, Long.MAX_VALUE, now))
                            .withPassword(hash);
                    return Change.to(next, Optional.of(next));
                })
                .compose(updated -> updated.flatMap(each -> each)
                        .map(state -> ender.finish(state).map(LinkUsed.by(user)))
                        .orElseGet(() -> refused(GrantRefusal.BAD_LINK)));
    }

    /** A second factor from before is of somebody who registered, who had not shown that the mailbox is theirs. */
    private static AccountState proved(AccountState state) {
        return state.account().verified()
                ? state
                : state.with(state.account().asVerified()).withFactor(Optional.empty());
    }

    private static Change<LinkUsed> verified(AccountState state, LinkToken token, long now) {
        return isOpen(state, token, now)
                ? Change.to(
                        state.with(state.account().asVerified())
                                .with(
                                        LinkPurpose.VERIFY,
                                        state.linksFor(LinkPurpose.VERIFY).used()),
                        LinkUsed.by(state.account().id()))
                : Change.none(LinkUsed.refused(GrantRefusal.BAD_LINK));
    }

    private static boolean isOpen(AccountState state, LinkToken token, long now) {
        return state.linksFor(token.purpose()).opens(token.hash(), now);
    }

    private static Future<LinkUsed> refused(GrantRefusal why) {
        return Future.succeededFuture(LinkUsed.refused(why));
    }
}
