package dev.portcullis.auth.account;

import static dev.portcullis.auth.account.AccountServiceContract.claimsOf;
import static dev.portcullis.auth.account.AccountServiceContract.granted;
import static dev.portcullis.auth.account.AccountServiceContract.refusal;
import static dev.portcullis.auth.mail.LinkPurpose.RESET;
import static dev.portcullis.auth.mail.LinkPurpose.VERIFY;
import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.auth.SettableClock;
import dev.portcullis.auth.account.Accounts.BeginFactor;
import dev.portcullis.auth.account.Accounts.ChangePassword;
import dev.portcullis.auth.account.Accounts.LogIn;
import dev.portcullis.auth.account.Accounts.Register;
import dev.portcullis.auth.account.AccountsConfig.Registration;
import dev.portcullis.auth.account.MailedLinks.LinkUsed;
import dev.portcullis.auth.account.MailedLinks.Resend;
import dev.portcullis.auth.account.MailedLinks.Resent;
import dev.portcullis.auth.factor.SecondFactor;
import dev.portcullis.auth.invitation.AccountInvitationStore;
import dev.portcullis.auth.invitation.AccountInvitations;
import dev.portcullis.auth.mail.Letter;
import dev.portcullis.auth.mail.LinkPurpose;
import dev.portcullis.auth.mail.LinkToken;
import dev.portcullis.auth.mail.LinkTokens;
import dev.portcullis.auth.mail.MailConfig;
import dev.portcullis.auth.mail.MailPause;
import dev.portcullis.auth.mail.MailQueue;
import dev.portcullis.auth.mail.MailResult;
import dev.portcullis.auth.mail.MailTransport;
import dev.portcullis.auth.mail.OpenLinks;
import dev.portcullis.auth.mail.OpenLinks.Link;
import dev.portcullis.auth.password.PasswordConfig;
import dev.portcullis.auth.password.PasswordHasher;
import dev.portcullis.auth.password.PasswordTurn;
import dev.portcullis.auth.password.Precedence;
import dev.portcullis.auth.refresh.RefreshConfig;
import dev.portcullis.auth.revocation.Revocation;
import dev.portcullis.auth.token.Tokens;
import dev.portcullis.config.ConfigReading;
import dev.portcullis.config.Secret;
import dev.portcullis.config.Section;
import dev.portcullis.kit.Await;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.UserId;
import dev.portcullis.resilience.WorkerPool;
import dev.portcullis.store.Lanes;
import dev.portcullis.store.rows.RowStore;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What users do by links in mails, on any store. */
@ExtendWith(VertxExtension.class)
abstract class MailedLinkContract {
    static final String ANN = "ann@example.com";
    static final String HOME = "192.0.2.1";
    private static final PasswordTurn AT_HOME = new PasswordTurn(Precedence.UNFAILED, HOME + " x", Optional.empty());
    private static final String PASSWORD = "Correct-Horse-9";
    static final String OTHER = "Another-Horse-9";
    private static final int PLACES = 100;
    private static final long MINUTE = TimeUnit.MINUTES.toMillis(1);
    static final Secret SECRET = new Secret("a secret of the tests, of 32 bytes or more");

    private final SettableClock clock = new SettableClock(Tokens.NOW);
    private final List<Letter> letters = new CopyOnWriteArrayList<>();
    private final List<Revocation> revoked = new CopyOnWriteArrayList<>();
    private final AtomicBoolean holds = new AtomicBoolean();
    private final Queue<Promise<MailResult>> held = new ConcurrentLinkedQueue<>();
    private MailQueue queue;
    private WorkerPool pool;
    private AccountService accounts;
    MailedLinkService links;
    private FactorService factors;

    abstract RowStore rows();

    private AccountStore store() {
        return new AccountStore(rows());
    }

    private ResetLinkStore resetLinks() {
        return new ResetLinkStore(rows());
    }

    @BeforeEach
    void open(Vertx vertx) throws Exception {
        AccountsConfig config = config();
        AccountKeys keys = AccountKeys.of(SECRET);
        pool = PasswordHasher.workers(vertx, config.passwords(), () -> {});
        PasswordHasher hasher = keys.passwords(pool, config.passwords(), System::currentTimeMillis);
        queue = new MailQueue(vertx, new Kept(), PLACES, (letter, result) -> {}, clock);
        AccountMailer mailer = new AccountMailer(keys, queue, store(), resetLinks());
        accounts = new AccountService(
                config,
                keys,
                store(),
                new RegistrationGate(
                        config.registration(), new AccountInvitations(new AccountInvitationStore(rows()), clock)),
                hasher,
                this::revoke,
                Optional.of(mailer),
                clock);
        links = new MailedLinkService(config, mailer, store(), resetLinks(), hasher, this::revoke, clock);
        factors = new FactorService(accounts, store(), keys.secondFactors(), "My chat", true, clock);
    }

    @AfterEach
    void close() {
        pool.close();
    }

    private final class Kept implements MailTransport {
        @Override
        public Future<MailResult> send(Letter letter) {
            if (holds.get() && !letter.proved()) {
                Promise<MailResult> sending = Promise.promise();
                held.add(sending);
                return sending.future();
            }
            letters.add(letter);
            return Future.succeededFuture(MailResult.SENT);
        }

        @Override
        public long timeoutMs() {
            return 30_000;
        }

        @Override
        public void close() {}
    }

    private static AccountsConfig config() {
        Map<String, Object> mail =
                Map.of("link", "https://chat.example.com/", "smtp", Map.of("host", "mail.example.com"));
        Optional<MailConfig> read = MailConfig.read(Section.root(mail, new ConfigReading(Map.of(), Path.of("."))));
        return new AccountsConfig(
                true,
                Registration.VERIFIED,
                Optional.of(SECRET),
                "portcullis",
                900_000,
                new RefreshConfig(604_800_000, 2_592_000_000L, 10_000),
                3,
                new PasswordConfig(4, new WorkerPool.Config(2, 256, 30_000), 0),
                read);
    }

    private Future<Boolean> revoke(Revocation revocation) {
        revoked.add(revocation);
        return Future.succeededFuture(true);
    }

    @Test
    void new_account_reads_until_its_address_is_verified() throws Exception {
        Grant grant = register("Ann", ANN);
        assertThat(roleOf(grant)).isEqualTo(Role.UNVERIFIED.id());
        assertThat(grant.profile().verified()).contains(false);

        Letter letter = letter(VERIFY, 1);
        assertThat(letter.to()).isEqualTo(ANN);
        assertThat(done(links.verify(letter.token().text())))
                .isEqualTo(LinkUsed.by(grant.profile().id()));
        assertThat(refusalOf(links.verify(letter.token().text())))
                .as("a second time")
                .contains(GrantRefusal.BAD_LINK);

        Grant later = logIn(PASSWORD);
        assertThat(roleOf(later)).isEqualTo(Role.MEMBER.id());
        assertThat(later.profile().verified()).contains(true);
        assertThat(resend(grant.profile().id()).refusal()).contains(GrantRefusal.ALREADY_VERIFIED);
    }

    @Test
    void account_that_is_not_created_gets_no_mail() throws Exception {
        register("Ann", ANN);
        assertThat(refusal(done(accounts.register(registration("Bob", ANN))))).isEqualTo(GrantRefusal.EMAIL_TAKEN);
        letter(VERIFY, 1);
        assertThat(letters).hasSize(1);
    }

    @Test
    void another_mail_comes_after_a_pause_and_both_links_are_good() throws Exception {
        UserId ann = register("Ann", ANN).profile().id();
        Letter first = letter(VERIFY, 1);
        assertThat(resend(ann)).isEqualTo(new Resent(Optional.of(GrantRefusal.MAILED), MINUTE));
        clock.advance(MINUTE);
        assertThat(resend(ann)).isEqualTo(new Resent(Optional.empty(), 0));
        letter(VERIFY, 2);
        assertThat(refusalOf(links.verify(first.token().text()))).isEmpty();
        assertThat(resend(new UserId("u:absent")).refusal()).contains(GrantRefusal.DISABLED);
    }

    /** Accounts that are deleted and made again, and other spellings of a mailbox, are no way around the pause. */
    @Test
    void client_fills_no_mailbox_by_many_accounts_and_another_client_is_not_kept_from_a_mail() throws Exception {
        for (int number = 0; number < 10; number++) {
            UserId ann = register("Ann", ANN).profile().id();
            assertThat(done(store().delete(ann))).isTrue();
        }
        registerSpellings(6);
        UserId other = register("Other", "ann+chat@example.com").profile().id();
        assertThat(resend(other).refusal()).contains(GrantRefusal.MAILED);
        assertThat(done(links.resend(new Resend(other, "198.51.100.1"))).refusal())
                .isEmpty();
        assertThat(letter(VERIFY, 8).to()).isEqualTo("ann+chat@example.com");
        assertThat(letters).hasSize(8);
    }

    /** The stranger is at the user's network, and takes each mail's turn. */
    @Test
    void user_whose_address_has_a_plus_has_the_mails_beside_a_stranger_with_another_spelling() throws Exception {
        String chat = "ann+chat@example.com";
        UserId stranger = register("Stranger", "ann+1@example.com").profile().id();
        UserId ann = register("Ann", chat).profile().id();
        assertThat(letter(VERIFY, 2).to()).isEqualTo(chat);
        for (int mail = 1; mail <= 3; mail++) {
            clock.advance(MINUTE << (mail - 1));
            assertThat(resend(stranger).refusal()).isEmpty();
            assertThat(resend(ann).refusal()).isEmpty();
        }
        links.askReset("ann+1@example.com", HOME);
        letter(RESET, 1);
        links.askReset(chat, HOME);
        assertThat(letter(RESET, 2).to()).isEqualTo(chat);
    }

    /** The way out where a stranger registered and deleted the address before its user, so that a registration sends no mail. */
    @Test
    void mail_for_a_new_password_verifies_a_user_whose_registration_sent_no_mail() throws Exception {
        assertThat(done(store().delete(register("Stranger", ANN).profile().id())))
                .isTrue();
        letter(VERIFY, 1);
        register("Ann", ANN);
        links.askReset(ANN, HOME);
        assertThat(refusalOf(links.reset(letter(RESET, 1).token().text(), OTHER)))
                .isEmpty();
        assertThat(logIn(OTHER).profile().verified()).contains(true);
        assertThat(ofPurpose(VERIFY)).hasSize(1);
    }

    private void registerSpellings(int number) throws Exception {
        for (int each = 0; each < number; each++) {
            register("Stranger" + each, "ann+" + each + "@example.com");
        }
    }

    /** Mails of others that fill the queue cost a user no pause. */
    @Test
    void user_whose_mail_lost_its_place_does_not_wait_for_another() throws Exception {
        UserId ann = register("Ann", ANN).profile().id();
        letter(VERIFY, 1);
        clock.advance(MINUTE);
        fill();
        assertThat(resend(ann).refusal()).isEmpty();
        links.askReset(ANN, HOME);
        awaitPause(ann, VERIFY, new MailPause(1, Tokens.NOW));
        awaitPause(ann, RESET, MailPause.NONE);
        empty();

        assertThat(resend(ann).refusal()).isEmpty();
        letter(VERIFY, 2);
        links.askReset(ANN, HOME);
        letter(RESET, 1);
        assertThat(resend(ann)).isEqualTo(new Resent(Optional.of(GrantRefusal.MAILED), 2 * MINUTE));
    }

    /** Anyone makes up addresses at the domain of users, whose server may take long to refuse them. */
    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void verified_user_has_a_link_for_a_new_password_beside_made_up_addresses_at_the_domain(int madeUp)
            throws Exception {
        register("Ann", ANN);
        assertThat(refusalOf(links.verify(letter(VERIFY, 1).token().text()))).isEmpty();
        fill(madeUp);
        links.askReset(ANN, HOME);
        Letter reset = letter(RESET, 1);
        assertThat(reset.to()).isEqualTo(ANN);
        assertThat(refusalOf(links.reset(reset.token().text(), OTHER))).isEmpty();
    }

    @Test
    void registration_that_finds_the_address_taken_takes_nothing_of_the_pace() throws Exception {
        registerSpellings(6);
        clock.advance(MINUTE);
        assertThat(refusal(done(accounts.register(registration("Bob", "ann+5@example.com")))))
                .isEqualTo(GrantRefusal.EMAIL_TAKEN);
        UserId other = register("Other", "ann+6@example.com").profile().id();
        letter(VERIFY, 7);
        assertThat(resend(other).refusal()).contains(GrantRefusal.MAILED);
    }

    /** With mails to the domain of the user, so that it is their domain that loses its newest. */
    private void fill() {
        fill(PLACES);
    }

    private void fill(int mails) {
        holds.set(true);
        LinkTokens tokens = AccountKeys.of(SECRET).linkTokens();
        for (int number = 0; number < mails; number++) {
            LinkToken token = tokens.make("A".repeat(22), RESET);
            var unused =
                    queue.send(new Letter(new UserId("u:other"), "other@example.com", false, token, Long.MAX_VALUE));
        }
    }

    private void empty() {
        holds.set(false);
        held.forEach(each -> each.complete(MailResult.SENT));
        assertThat(Await.until(() -> letters.stream()
                                .filter(each -> each.to().startsWith("other"))
                                .count()
                        == PLACES - held.size()))
                .isTrue();
        letters.removeIf(each -> each.to().startsWith("other"));
    }

    private void awaitPause(UserId user, LinkPurpose purpose, MailPause pause) {
        assertThat(Await.until(() -> {
                    AccountState state = store().find(user).await().orElseThrow();
                    OpenLinks links = purpose == VERIFY
                            ? state.links()
                            : resetLinks().find(state.account().email().hash()).await();
                    return links.pause().mailed() == pause.mailed()
                            && links.pause().lastAt() <= pause.lastAt();
                }))
                .isTrue();
    }

    @Test
    void link_ends_with_its_time_and_is_good_for_its_purpose_only() throws Exception {
        register("Ann", ANN);
        Letter verify = letter(VERIFY, 1);
        assertThat(refusalOf(links.reset(verify.token().text(), OTHER))).contains(GrantRefusal.BAD_LINK);
        assertThat(links.askReset(ANN, HOME)).isEmpty();
        Letter reset = letter(RESET, 1);
        assertThat(refusalOf(links.verify(reset.token().text()))).contains(GrantRefusal.BAD_LINK);
        clock.advance(30 * MINUTE);
        assertThat(refusalOf(links.reset(reset.token().text(), OTHER))).contains(GrantRefusal.BAD_LINK);
        clock.advance(24 * 60 * MINUTE);
        assertThat(refusalOf(links.verify(verify.token().text()))).contains(GrantRefusal.BAD_LINK);
    }

    @Test
    void forgotten_password_is_replaced_and_all_logins_end() throws Exception {
        Grant before = register("Ann", ANN);
        links.askReset("Ann@Example.com", HOME);
        String token = letter(RESET, 1).token().text();

        assertThat(refusalOf(links.reset(token, "password"))).contains(GrantRefusal.WEAK_PASSWORD);
        assertThat(done(links.reset(token, OTHER)))
                .isEqualTo(LinkUsed.by(before.profile().id()));
        assertThat(revoked).hasSize(1);
        assertThat(refusal(done(accounts.logIn(login(PASSWORD))))).isEqualTo(GrantRefusal.WRONG_CREDENTIALS);
        assertThat(logIn(OTHER).profile().verified())
                .as("the link showed that the user reads the mail")
                .contains(true);
        assertThat(refusalOf(links.reset(token, PASSWORD))).contains(GrantRefusal.BAD_LINK);
    }

    @Test
    void of_many_uses_of_one_link_at_one_time_one_sets_the_password() throws Exception {
        register("Ann", ANN);
        links.askReset(ANN, HOME);
        String token = letter(RESET, 1).token().text();
        List<Future<LinkUsed>> uses = IntStream.range(0, 8)
                .mapToObj(each -> links.reset(token, OTHER + each))
                .toList();
        long set = 0;
        for (Future<LinkUsed> use : uses) {
            set += refusalOf(use).isEmpty() ? 1 : 0;
        }
        assertThat(set).isEqualTo(1);
    }

    /** Else who has stolen a password, or registered with the address, ends each link before its user can open it. */
    @Test
    void links_for_a_new_password_outlive_each_change_of_it_by_who_knows_it() throws Exception {
        Grant grant = register("Ann", ANN);
        links.askReset(ANN, HOME);
        String token = letter(RESET, 1).token().text();
        String password = PASSWORD;
        for (int change = 0; change < 10; change++) {
            String next = OTHER + change;
            done(accounts.changePassword(
                    new ChangePassword(grant.profile().id(), Optional.empty(), password, next, Optional.empty())));
            password = next;
        }
        links.askReset(ANN, "198.51.100.1");
        assertThat(refusalOf(links.reset(token, OTHER))).isEmpty();
        assertThat(refusal(done(accounts.logIn(login(password))))).isEqualTo(GrantRefusal.WRONG_CREDENTIALS);
        assertThat(logIn(OTHER).profile().id()).isEqualTo(grant.profile().id());
        assertThat(ofPurpose(RESET))
                .as("a change of the password shortens no pause")
                .hasSize(1);
    }

    /** Who reads the mail is the user of the address, whatever accounts there were with it. */
    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void link_for_a_new_password_is_good_for_the_account_that_has_the_address_now(int deletions) throws Exception {
        UserId stranger = register("Stranger", ANN).profile().id();
        links.askReset(ANN, HOME);
        Letter letter = letter(RESET, 1);
        for (int number = 0; number < deletions; number++) {
            assertThat(done(store().delete(stranger))).isTrue();
            stranger = register("Stranger", ANN).profile().id();
            links.askReset(ANN, "198.51.100." + number);
        }
        assertThat(done(links.reset(letter.token().text(), OTHER))).isEqualTo(LinkUsed.by(stranger));
        assertThat(logIn(OTHER).profile().verified()).contains(true);
        assertThat(refusalOf(links.reset(letter.token().text(), PASSWORD))).contains(GrantRefusal.BAD_LINK);
        assertThat(ofPurpose(RESET)).as("a new account begins no new pause").hasSize(1);
    }

    @Test
    void link_that_finds_no_account_stays_good() throws Exception {
        UserId stranger = register("Stranger", ANN).profile().id();
        links.askReset(ANN, HOME);
        String token = letter(RESET, 1).token().text();
        assertThat(done(store().delete(stranger))).isTrue();
        assertThat(refusalOf(links.reset(token, OTHER))).contains(GrantRefusal.BAD_LINK);
        UserId ann = register("Ann", ANN).profile().id();
        assertThat(done(links.reset(token, OTHER))).isEqualTo(LinkUsed.by(ann));
    }

    /** Other spellings of a mailbox are other accounts, and anyone can have many of them: the user at their address has mails. */
    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void client_fills_no_mailbox_by_other_spellings_and_its_user_at_the_same_address_has_a_link(int accountsOfStranger)
            throws Exception {
        for (int number = 0; number < accountsOfStranger; number++) {
            String email = "ann+" + number + "@example.com";
            register("Stranger" + number, email);
            links.askReset(email, HOME);
        }
        int mails = Math.min(accountsOfStranger, 6);
        letter(RESET, mails);
        register("Ann", ANN);
        assertThat(letter(VERIFY, mails + 1).to()).isEqualTo(ANN);
        links.askReset(ANN, HOME);
        assertThat(letter(RESET, mails + 1).to()).isEqualTo(ANN);
        clock.advance(MINUTE);
        links.askReset("ann+0@example.com", HOME);
        letter(RESET, mails + 2);
        assertThat(ofPurpose(RESET)).hasSize(mails + 2);
        assertThat(ofPurpose(VERIFY)).hasSize(mails + 1);
    }

    @Test
    void networks_of_one_provider_share_a_pause_for_other_spellings_of_a_mailbox() throws Exception {
        for (int number = 0; number < 10; number++) {
            String email = "ann+" + number + "@example.com";
            register("Stranger" + number, email);
            links.askReset(email, "2001:db8:1:" + number + "::/64");
        }
        letter(RESET, 6);
        links.askReset("ann+9@example.com", "2001:db8:2:1::/64");
        letter(RESET, 7);
        assertThat(ofPurpose(RESET)).hasSize(7);
    }

    @Test
    void links_of_an_address_are_gone_a_day_after_the_last_mail() throws Exception {
        register("Ann", ANN);
        links.askReset(ANN, HOME);
        letter(RESET, 1);
        String ann = EmailAddress.parse(ANN).orElseThrow().hash();
        clock.advance(24 * 60 * MINUTE + 1);
        String other = inLaneOf(ann);
        done(resetLinks().update(other, clock.getAsLong(), links -> links.with(new Link("hash", Long.MAX_VALUE), 0)));
        assertThat(done(resetLinks().find(ann))).isEqualTo(OpenLinks.NONE);
        assertThat(done(resetLinks().find(other))).isNotEqualTo(OpenLinks.NONE);
    }

    private static String inLaneOf(String name) {
        return IntStream.range(0, 100_000)
                .mapToObj(i -> "other-" + i)
                .filter(each -> Lanes.of(each) == Lanes.of(name))
                .findFirst()
                .orElseThrow();
    }

    /** A stranger may have registered with another one's address (CWE-287). */
    @Test
    void second_factor_is_of_a_verified_user_and_one_from_before_does_not_keep_out_who_reads_the_mail()
            throws Exception {
        UserId ann = register("Ann", ANN).profile().id();
        assertThat(done(factors.begin(new BeginFactor(ann, PASSWORD))).refusal())
                .contains(GrantRefusal.NOT_VERIFIED);
        done(store().update(
                        ann,
                        state -> AccountStore.Change.to(
                                state.withFactor(Optional.of(new SecondFactor("sealed", 0, true, 0, List.of()))),
                                ann)));
        links.askReset(ANN, HOME);
        done(links.reset(letter(RESET, 1).token().text(), OTHER));
        assertThat(logIn(OTHER).profile().id()).isEqualTo(ann);
        assertThat(done(factors.begin(new BeginFactor(ann, OTHER))).refusal()).isEmpty();
    }

    @Test
    void unknown_address_gets_the_same_answer_and_no_mail() throws Exception {
        register("Ann", ANN);
        letter(VERIFY, 1);
        assertThat(links.askReset("bob@example.com", HOME)).isEqualTo(links.askReset("no address", HOME));
        assertThat(links.askReset(ANN, HOME)).isEqualTo(links.askReset("bob@example.com", HOME));
        letter(RESET, 1);
        assertThat(letters).extracting(Letter::to).containsOnly(ANN);
    }

    @Test
    void strangers_who_ask_for_a_user_neither_fill_the_mailbox_nor_end_the_users_link() throws Exception {
        register("Ann", ANN);
        links.askReset(ANN, HOME);
        Letter own = letter(RESET, 1);
        int mails = 1;
        for (int minute = 0; minute < 29; minute++) {
            clock.advance(MINUTE);
            for (int stranger = 0; stranger < 10; stranger++) {
                links.askReset(ANN, HOME);
            }
            if (minute == 0 || minute == 2 || minute == 6 || minute == 14) {
                letter(RESET, ++mails);
            }
        }
        assertThat(ofPurpose(RESET))
                .as("before the link is used, which shortens the pause for what was asked last")
                .hasSize(5);
        assertThat(refusalOf(links.reset(own.token().text(), OTHER))).isEmpty();
    }

    @Test
    void store_keeps_no_token() throws Exception {
        UserId ann = register("Ann", ANN).profile().id();
        String token = letter(VERIFY, 1).token().text();
        AccountState state = done(store().find(ann)).orElseThrow();
        assertThat(AccountStore.STATE.encode(state)).doesNotContain(token, token.substring(30, 60));
    }

    Grant register(String name, String email) throws Exception {
        return granted(done(accounts.register(registration(name, email))));
    }

    private Resent resend(UserId user) throws Exception {
        return done(links.resend(new Resend(user, HOME)));
    }

    private static Register registration(String name, String email) {
        return new Register(name, email, PASSWORD, true, Optional.empty(), Optional.empty(), AT_HOME);
    }

    private static LogIn login(String password) {
        return new LogIn(
                ANN, password, true, Optional.empty(), Optional.empty(), PasswordTurn.ofUser(new UserId("ann")));
    }

    private Grant logIn(String password) throws Exception {
        return granted(done(accounts.logIn(login(password))));
    }

    static Optional<GrantRefusal> refusalOf(Future<LinkUsed> used) throws Exception {
        return done(used).refusal();
    }

    /** The mail of this number for this purpose, which may be on its way still. */
    Letter letter(LinkPurpose purpose, int number) {
        assertThat(Await.until(() -> ofPurpose(purpose).size() >= number))
                .as("%s mail %d", purpose, number)
                .isTrue();
        return ofPurpose(purpose).get(number - 1);
    }

    private List<Letter> ofPurpose(LinkPurpose purpose) {
        return letters.stream()
                .filter(each -> each.token().purpose() == purpose)
                .toList();
    }

    private static String roleOf(Grant grant) {
        return claimsOf(grant).text("role").orElseThrow();
    }
}
