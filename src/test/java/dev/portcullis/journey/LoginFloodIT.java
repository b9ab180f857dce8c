package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.auth.account.AccountKeys;
import dev.portcullis.auth.account.AccountService;
import dev.portcullis.auth.account.AccountStore;
import dev.portcullis.auth.account.Accounts.LogIn;
import dev.portcullis.auth.account.Accounts.Register;
import dev.portcullis.auth.account.AccountsConfig;
import dev.portcullis.auth.account.AccountsConfig.Registration;
import dev.portcullis.auth.account.GrantResult;
import dev.portcullis.auth.account.RegistrationGate;
import dev.portcullis.auth.invitation.AccountInvitationStore;
import dev.portcullis.auth.invitation.AccountInvitations;
import dev.portcullis.auth.password.PasswordHasher;
import dev.portcullis.auth.password.PasswordTurn;
import dev.portcullis.client.bench.BenchPlan;
import dev.portcullis.client.bench.BenchReport;
import dev.portcullis.client.bench.BenchRun;
import dev.portcullis.config.ConfigReading;
import dev.portcullis.config.Secret;
import dev.portcullis.config.Section;
import dev.portcullis.kit.TestNode;
import dev.portcullis.protocol.UserId;
import dev.portcullis.resilience.WorkerPool;
import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.rows.EmbeddedRowStore;
import dev.portcullis.store.rows.RowStore;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A flood of logins, on the event loops of the node that carries the chat and with the threads that it has by default. */
@ExtendWith(VertxExtension.class)
class LoginFloodIT {
    private static final BenchPlan.Phases PHASES = new BenchPlan.Phases(2_000, 8_000, 10_000);
    private static final String PASSWORD = "Correct-Horse-9";
    private static final int LOGINS_PER_SECOND = 50;

    /** A login that got its turn and no answer in time, on a machine that is busy with more than this test. */
    private static final String LATE = "io.vertx.core.impl.NoStackTraceTimeoutException: Timeout 3800 (ms) fired";

    @TempDir
    Path folder;

    private final Map<String, LongAdder> answers = new ConcurrentHashMap<>();
    private Vertx clients;
    private EmbeddedStore engine;

    @BeforeEach
    void open(Vertx fresh) throws Exception {
        clients = fresh;
        engine = EmbeddedStore.open(folder, new StoreConfig(StoreConfig.Kind.EMBEDDED, Optional.empty(), false, 1_000));
    }

    @AfterEach
    void close() {
        engine.close();
    }

    @Test
    void chat_goes_on_during_a_flood_of_logins() throws Exception {
        try (TestNode node = TestNode.generous()) {
            AccountsConfig config =
                    AccountsConfig.read(Section.root(Map.of(), new ConfigReading(Map.of(), Path.of("."))));
            try (WorkerPool pool = PasswordHasher.workers(node.vertx(), config.passwords(), () -> {})) {
                AccountService accounts = accounts(config, pool);
                assertThat(accounts.register(new Register(
                                        "Ann",
                                        "ann@example.com",
                                        PASSWORD,
                                        true,
                                        Optional.empty(),
                                        Optional.empty(),
                                        PasswordTurn.ofUser(new UserId("ann"))))
                                .await(30, TimeUnit.SECONDS))
                        .isInstanceOf(GrantResult.Granted.class);

                BenchReport calm = chat(node);
                long timer = flood(node.vertx(), accounts);
                BenchReport flooded = chat(node);
                node.vertx().cancelTimer(timer);

                System.out.printf(
                        "delivery without logins: p50 %.1f, p99 %.1f, max %.1f ms%n"
                                + "with %d logins/s: p50 %.1f, p99 %.1f, max %.1f ms; answers %s%n",
                        calm.delivery().p50(),
                        calm.delivery().p99(),
                        calm.delivery().max(),
                        LOGINS_PER_SECOND,
                        flooded.delivery().p50(),
                        flooded.delivery().p99(),
                        flooded.delivery().max(),
                        answers);
                assertThat(calm.sound()).as(calm.toText()).isTrue();
                assertThat(flooded.sound()).as(flooded.toText()).isTrue();
                assertThat(flooded.delivery().p50()).isLessThan(250);
                assertThat(answers.keySet()).contains("granted", "BUSY").isSubsetOf("granted", "BUSY", LATE);
            }
        }
    }

    private AccountService accounts(AccountsConfig config, WorkerPool pool) {
        AccountKeys keys = AccountKeys.of(new Secret("a secret of the tests, of 32 bytes or more"));
        RowStore rows = new EmbeddedRowStore(engine, System::currentTimeMillis);
        return new AccountService(
                config,
                keys,
                new AccountStore(rows),
                new RegistrationGate(
                        Registration.OPEN,
                        new AccountInvitations(new AccountInvitationStore(rows), System::currentTimeMillis)),
                keys.passwords(pool, config.passwords(), System::currentTimeMillis),
                revocation -> Future.succeededFuture(true),
                Optional.empty(),
                System::currentTimeMillis);
    }

    /** @return the timer that makes the logins */
    private long flood(Vertx node, AccountService accounts) {
        Context loop = node.getOrCreateContext();
        return node.setPeriodic(
                1_000 / LOGINS_PER_SECOND,
                any -> loop.runOnContext(now -> accounts.logIn(new LogIn(
                                "ann@example.com",
                                PASSWORD,
                                true,
                                Optional.empty(),
                                Optional.empty(),
                                PasswordTurn.ofUser(new UserId("ann"))))
                        .onComplete((result, failure) -> answers.computeIfAbsent(
                                        failure != null
                                                ? failure.toString()
                                                : result.fold(
                                                        grant -> "granted",
                                                        refused -> refused.why().name()),
                                        answer -> new LongAdder())
                                .increment())));
    }

    private BenchReport chat(TestNode node) throws Exception {
        BenchPlan plan = BenchPlan.against(List.of(node.ws().toString()))
                .withPopulation(4, 10, 2)
                .withLoad(new BenchPlan.Open(100, 200))
                .withPhases(PHASES.warmupMs(), PHASES.durationMs(), PHASES.drainMs());
        return BenchRun.run(
                        clients,
                        plan,
                        new WebSocketClientOptions(),
                        (user, rooms) -> node.token(user, rooms.toArray(String[]::new)),
                        any -> {})
                .await(60, TimeUnit.SECONDS);
    }
}
