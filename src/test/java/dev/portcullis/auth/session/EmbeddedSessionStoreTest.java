package dev.portcullis.auth.session;

import static dev.portcullis.auth.token.Tokens.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.auth.session.RegistrationResult.HandshakesLimited;
import dev.portcullis.auth.session.RegistrationResult.Registered;
import dev.portcullis.auth.session.RegistrationResult.Revoked;
import dev.portcullis.auth.session.SessionsConfig.OnExceeded;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.embedded.EmbeddedStore;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedSessionStoreTest extends RevocationStoreContract {
    private static final RevocationLimits LIMITS = new RevocationLimits(86_400_000, 604_800_000, 20, 20);

    @TempDir
    private Path folder;

    private EmbeddedStore file;
    private EmbeddedSessionStore made = new EmbeddedSessionStore(config(OnExceeded.REJECT, 30), () -> LIMITS, clock);

    @BeforeEach
    void open() throws Exception {
        file = EmbeddedStore.open(folder, new StoreConfig(StoreConfig.Kind.EMBEDDED, Optional.empty(), false, 1_000));
    }

    @AfterEach
    void close() {
        file.close();
    }

    @Override
    SessionStore store(SessionsConfig config) throws Exception {
        file.empty(file.table("auth.revocations")).await(30, TimeUnit.SECONDS);
        made = new EmbeddedSessionStore(config, () -> LIMITS, clock);
        return made;
    }

    @Override
    RevocationStore revocations() throws Exception {
        return EmbeddedRevocationStore.open(file, made, clock).await(30, TimeUnit.SECONDS);
    }

    @Test
    void revocations_outlive_the_process() throws Exception {
        store(config(OnExceeded.REJECT, 30));
        RevocationStore before = revocations();
        for (TokenScope scope : List.of(new TokenScope.Token("t1"), new TokenScope.Family("login"))) {
            before.revoke(new UserId("ann"), scope).await(30, TimeUnit.SECONDS);
        }
        before.revoke(new UserId("bob"), new TokenScope.IssuedBefore(clock.getAsLong()))
                .await(30, TimeUnit.SECONDS);
        before.revokeInLane(7, new TokenScope.Token("t2")).await(30, TimeUnit.SECONDS);

        close();
        open();
        SessionStore store = new EmbeddedSessionStore(config(OnExceeded.REJECT, 30), () -> LIMITS, clock);
        made = (EmbeddedSessionStore) store;
        revocations();

        assertThat(open(store, session("ann", "t1", NOW, Optional.empty()))).isEqualTo(new Revoked());
        assertThat(open(store, session("ann", "t3", NOW, Optional.of("login")))).isEqualTo(new Revoked());
        assertThat(open(store, session("bob", "t4", NOW - 1, Optional.empty()))).isEqualTo(new Revoked());
        assertThat(open(store, session("bob", "t4", NOW, Optional.empty()))).isEqualTo(new Registered());
        assertThat(open(store, session("eve", "t2", NOW, Optional.empty()))).isEqualTo(new Revoked());
    }

    @Test
    void start_after_too_many_revocations_revokes_nothing_that_was_issued_since() throws Exception {
        store(config(OnExceeded.REJECT, 30));
        RevocationStore before = revocations();
        for (int i = 0; i <= LIMITS.perUser(); i++) {
            before.revoke(new UserId("ann"), new TokenScope.Token("t" + i)).await(30, TimeUnit.SECONDS);
        }
        clock.advance(1_000);
        before.revoke(new UserId("ann"), new TokenScope.Token("later")).await(30, TimeUnit.SECONDS);
        clock.advance(1_000);

        SessionStore store = new EmbeddedSessionStore(config(OnExceeded.REJECT, 30), () -> LIMITS, clock);
        made = (EmbeddedSessionStore) store;
        revocations();

        assertThat(open(store, session("ann", "any", NOW, Optional.empty()))).isEqualTo(new Revoked());
        assertThat(open(store, session("ann", "good", NOW + 1_000, Optional.empty())))
                .isEqualTo(new Registered());
        assertThat(open(store, session("ann", "later", NOW + 1_000, Optional.empty())))
                .isEqualTo(new Revoked());
        assertThat(storedRevocations()).as("the rows are bounded too").containsExactly("ann\0b", "ann\0tlater");
    }

    @Test
    void clock_that_is_set_back_or_ahead_changes_no_limit_of_handshakes() throws Exception {
        AtomicLong wall = new AtomicLong(NOW);
        AtomicLong elapsed = new AtomicLong();
        SessionStore store =
                new EmbeddedSessionStore(config(OnExceeded.REJECT, 1), () -> LIMITS, wall::get, elapsed::get);
        assertThat(open(store, session("ann", "t1", NOW, Optional.empty()))).isEqualTo(new Registered());
        wall.addAndGet(-3_600_000);
        assertThat(open(store, session("ann", "t2", NOW, Optional.empty()))).isEqualTo(new HandshakesLimited(60_000));
        wall.addAndGet(7_200_000);
        assertThat(open(store, session("ann", "t2", NOW, Optional.empty()))).isEqualTo(new HandshakesLimited(60_000));
        wall.addAndGet(-7_200_000);
        elapsed.addAndGet(60_000);
        assertThat(open(store, session("ann", "t3", NOW, Optional.empty()))).isEqualTo(new Registered());
    }

    @Test
    void sweep_deletes_only_what_no_longer_counts() throws Exception {
        store(config(OnExceeded.REJECT, 30));
        EmbeddedRevocationStore revocations = (EmbeddedRevocationStore) revocations();
        revocations.revoke(new UserId("ann"), new TokenScope.Token("old")).await(30, TimeUnit.SECONDS);
        clock.advance(1);
        revocations.revoke(new UserId("ann"), new TokenScope.Token("new")).await(30, TimeUnit.SECONDS);
        clock.advance(LIMITS.keepMs() - 1);

        revocations.sweep().await(30, TimeUnit.SECONDS);

        assertThat(storedRevocations()).containsExactly("ann\0tnew");
    }

    @Test
    void sweep_deletes_more_than_one_batch() throws Exception {
        store(config(OnExceeded.REJECT, 30));
        EmbeddedRevocationStore revocations = (EmbeddedRevocationStore) revocations();
        for (int user = 0; user < 100; user++) {
            List<Future<?>> some = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                some.add(revocations.revoke(new UserId("user" + user), new TokenScope.Token("t" + i)));
            }
            Future.all(some).await(30, TimeUnit.SECONDS);
        }
        assertThat(storedRevocations()).hasSize(2_000);
        clock.advance(LIMITS.keepMs());

        revocations.sweep().await(30, TimeUnit.SECONDS);

        assertThat(storedRevocations()).isEmpty();
    }

    /** Else the next process would widen them once more, and revoke what the user got since. */
    @Test
    void revocations_that_became_one_are_one_for_the_next_process_too() throws Exception {
        store(config(OnExceeded.REJECT, 30));
        RevocationStore before = revocations();
        for (int i = 0; i <= 20; i++) {
            before.revoke(new UserId("ann"), new TokenScope.Token("t" + i)).await(30, TimeUnit.SECONDS);
        }
        clock.advance(1_000);
        before.revoke(new UserId("ann"), new TokenScope.Token("after")).await(30, TimeUnit.SECONDS);
        assertThat(storedRevocations()).containsExactly("ann\0b", "ann\0tafter");

        close();
        open();
        clock.advance(1_000);
        made = new EmbeddedSessionStore(config(OnExceeded.REJECT, 30), () -> LIMITS, clock);
        revocations();

        assertThat(open(made, session("ann", "t3", NOW, Optional.empty()))).isEqualTo(new Revoked());
        assertThat(open(made, session("ann", "after", NOW + 1, Optional.empty())))
                .isEqualTo(new Revoked());
        assertThat(open(made, session("ann", "fresh", NOW + 1, Optional.empty())))
                .isEqualTo(new Registered());
    }

    @Test
    void user_beyond_the_bound_is_refused() throws Exception {
        SessionStore store = store(config(OnExceeded.REJECT, 30));
        List<Session> hundred = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            hundred.add(session("user" + i));
            open(store, hundred.get(i));
        }

        assertThatThrownBy(() -> open(store, session("one-more"))).isInstanceOf(StoreFailure.class);
        assertThat(open(store, session("user7"))).as("a known user").isInstanceOf(Registered.class);

        end(store, hundred.get(3));
        clock.advance(60_000);
        assertThat(open(store, session("one-more"))).as("user3 is removed").isInstanceOf(Registered.class);
    }

    @Test
    void users_with_expired_tokens_make_room_for_others() throws Exception {
        SessionStore store = store(config(OnExceeded.REJECT, 30));
        for (int i = 0; i < 100; i++) {
            open(store, session("user" + i));
        }

        clock.advance(3_600_000);

        for (int i = 0; i < 100; i++) {
            assertThat(open(store, session("other" + i))).isInstanceOf(Registered.class);
        }
    }

    @Test
    void session_ids_are_unique_and_fit_in_a_url() {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            String id = session("ann").id();
            assertThat(id).matches("[0-9a-f]{2}[A-Za-z0-9_-]{22}");
            assertThat(seen.add(id)).isTrue();
        }
    }

    private List<String> storedRevocations() throws Exception {
        return file.read(reader -> {
                    List<String> all = new ArrayList<>();
                    reader.scan(
                            file.table("auth.revocations"),
                            new byte[0],
                            new byte[] {(byte) 0xFF},
                            (key, value) -> all.add(new String(key, StandardCharsets.UTF_8)));
                    return all;
                })
                .await(30, TimeUnit.SECONDS);
    }
}
