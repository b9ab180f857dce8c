package dev.portcullis.auth.session;

import static dev.portcullis.auth.token.Tokens.NOW;
import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.auth.session.SessionOpening.Denied;
import dev.portcullis.auth.session.SessionOpening.HandshakesLimited;
import dev.portcullis.auth.session.SessionOpening.Opened;
import dev.portcullis.auth.session.SessionStore.HandshakeAttempt;
import dev.portcullis.auth.session.SessionsConfig.OnExceeded;
import dev.portcullis.auth.token.TokenDefect;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.rows.EmbeddedRowStore;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.InboxConfig.AckPer;
import dev.portcullis.streams.InboxReader;
import dev.portcullis.streams.InboxStore.Delivery;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamWindow;
import dev.portcullis.streams.embedded.EmbeddedStreamStore;
import dev.portcullis.streams.lane.LaneStore.LaneCursor;
import dev.portcullis.streams.lane.LaneStore.LeaseHolder;
import dev.portcullis.streams.record.RowKeys;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(VertxExtension.class)
class EmbeddedSessionStoreTest extends SessionStoreContract {
    @TempDir
    private Path folder;

    private EmbeddedStore file;
    private RevocationStore revocations;
    private EmbeddedStreamStore streams;

    @BeforeEach
    void open() throws Exception {
        file = EmbeddedStore.open(folder, new StoreConfig(StoreConfig.Kind.EMBEDDED, Optional.empty(), false, 1_000));
        streams = done(EmbeddedStreamStore.open(file, clock));
        revocations = new RevocationStore(new EmbeddedRowStore(file, clock), () -> LIMITS);
    }

    @AfterEach
    void close() {
        file.close();
    }

    @Override
    SessionStore store(SessionsConfig config) throws Exception {
        done(file.empty(file.table("rows")));
        return open(config, clock, clock);
    }

    private SessionStore open(SessionsConfig config, LongSupplier wall, LongSupplier ages) {
        return open(config, AckPer.USER, wall, ages);
    }

    private SessionStore open(SessionsConfig config, AckPer ackPer, LongSupplier wall, LongSupplier ages) {
        return new EmbeddedSessionStore(
                config, file, revocations, streams, inboxes(ackPer), Optional.empty(), wall, ages);
    }

    @Override
    RevocationStore revocations() {
        return revocations;
    }

    /** The caller's thread stands still between the read of the revocations, which is on another one, and the registration. */
    @Test
    void session_whose_token_is_revoked_before_it_is_registered_does_not_begin(Vertx vertx) throws Exception {
        SessionStore store = store(config(OnExceeded.REJECT, 30));
        UserId ann = new UserId("ann");
        CompletableFuture<SessionOpening> opened = new CompletableFuture<>();
        CompletableFuture<Void> begun = new CompletableFuture<>();
        CompletableFuture<Void> revoked = new CompletableFuture<>();
        worker(vertx).runOnContext(any -> {
            store.open(session("ann", "t1", NOW, Optional.empty()), HandshakeAttempt.FIRST)
                    .onSuccess(opened::complete)
                    .onFailure(opened::completeExceptionally);
            begun.complete(null);
            revoked.join();
        });
        begun.get(30, TimeUnit.SECONDS);
        for (int i = 0; i < 100; i++) { // behind these reads, that of the session is done
            done(file.read(reader -> 0));
        }
        revoke(ann, TokenScope.token("t1"));
        Set<Session> ended = revokedOf(store, ann);
        revoked.complete(null);

        assertThat(opened.get(30, TimeUnit.SECONDS)).isEqualTo(new Denied(TokenDefect.REVOKED));
        assertThat(ended).isEmpty();
        assertThat(revokedOf(store, ann)).as("nothing would end it any more").isEmpty();
    }

    @Test
    void opening_tells_the_newest_cut_off_of_its_lane() throws Exception {
        SessionStore store = store(config(OnExceeded.REJECT, 30));
        int lane = session("ann").lane();
        LaneCursor before = readLane(lane);
        assertThat(opened(store).cutoffs().filter(before::includes)).isPresent();

        append(StreamName.cutoffs(lane), 3);
        LaneCursor newest = opened(store).cutoffs().orElseThrow();
        assertThat(before.includes(newest)).isFalse();
        assertThat(readLane(lane).includes(newest)).isTrue();
    }

    /** The position up to which the user has everything, and where the next entry is owed. */
    @Test
    void opening_tells_where_delivery_of_the_inbox_begins() throws Exception {
        SessionStore store = store(config(OnExceeded.REJECT, 30));
        InboxReader reader = new InboxReader(new UserId("ann"), Optional.empty());
        append(reader.inbox(), 3);
        Delivery before = done(streams.inboxes().open(reader, 1));
        assertThat(before.owedAfter()).as("one is not kept").isEqualTo(1);
        assertThat(opened(store).inbox()).contains(before);

        done(streams.inboxes().acknowledge(reader, before.head(), 1));
        assertThat(opened(store).inbox()).contains(new Delivery(before.head(), 3, 3));
    }

    @Test
    void opening_tells_nothing_of_an_inbox_in_which_each_device_has_a_place_of_its_own() throws Exception {
        Opened opened = opened(open(config(OnExceeded.REJECT, 30), AckPer.DEVICE, clock, clock));

        assertThat(opened.cutoffs()).isPresent();
        assertThat(opened.inbox()).isEmpty();
    }

    /** It is registered by then: a refusal would leave a session that counts and has no connection. */
    @Test
    void session_opens_where_its_inbox_cant_be_read() throws Exception {
        SessionStore store = store(config(OnExceeded.REJECT, 30));
        byte[] inbox = RowKeys.meta(StreamName.inbox(new UserId("ann")));
        done(file.write(batch -> {
            batch.put(file.table("streams.deliveries"), inbox, new byte[] {(byte) 0x80});
            return null;
        }));

        Opened opened = opened(store);
        assertThat(opened.cutoffs()).isEmpty();
        assertThat(opened.inbox()).isEmpty();
        assertThat(done(store.find(opened.session().id()))).contains(opened.session());
    }

    private Opened opened(SessionStore store) throws Exception {
        return (Opened) open(store, session("ann"));
    }

    /** Appends entries of which the stream keeps two. */
    private void append(StreamName stream, int entries) throws Exception {
        for (int i = 0; i < entries; i++) {
            done(streams.append(new AppendRequest(
                    stream,
                    new StreamWindow(2, 60_000),
                    NOW,
                    "{}".getBytes(StandardCharsets.UTF_8),
                    Optional.empty(),
                    Optional.empty(),
                    Long.MAX_VALUE)));
        }
    }

    private LaneCursor readLane(int lane) throws Exception {
        return done(streams.lanes().tick(new LeaseHolder("m:1", 0), List.of(LaneCursor.unknown(lane))))
                .get(0)
                .cursor();
    }

    private static Context worker(Vertx vertx) throws Exception {
        CompletableFuture<Context> worker = new CompletableFuture<>();
        vertx.deployVerticle(
                context -> {
                    worker.complete(context);
                    return Future.succeededFuture();
                },
                new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER));
        return worker.get(30, TimeUnit.SECONDS);
    }

    @Test
    void revocations_outlive_the_process() throws Exception {
        store(config(OnExceeded.REJECT, 30));
        revoke(new UserId("ann"), TokenScope.token("t1"));
        revoke(new UserId("bob"), TokenScope.issuedBefore(clock.getAsLong()));
        done(revocations().revokeInLane(session("eve").lane(), TokenScope.token("t2")));

        close();
        open();
        SessionStore store = open(config(OnExceeded.REJECT, 30), clock, clock);

        assertThat(open(store, session("ann", "t1", NOW, Optional.empty()))).isEqualTo(new Denied(TokenDefect.REVOKED));
        assertThat(open(store, session("bob", "t4", NOW - 1, Optional.empty())))
                .isEqualTo(new Denied(TokenDefect.REVOKED));
        assertThat(open(store, session("bob", "t4", NOW, Optional.empty()))).isInstanceOf(Opened.class);
        assertThat(open(store, session("eve", "t2", NOW, Optional.empty()))).isEqualTo(new Denied(TokenDefect.REVOKED));
    }

    @Test
    void clock_that_is_set_back_or_ahead_changes_no_limit_of_handshakes() throws Exception {
        AtomicLong wall = new AtomicLong(NOW);
        AtomicLong elapsed = new AtomicLong();
        SessionStore store = open(config(OnExceeded.REJECT, 1), wall::get, elapsed::get);
        assertThat(open(store, session("ann", "t1", NOW, Optional.empty()))).isInstanceOf(Opened.class);
        wall.addAndGet(-3_600_000);
        assertThat(open(store, session("ann", "t2", NOW, Optional.empty())))
                .isEqualTo(new HandshakesLimited(new UserId("ann"), 60_000));
        wall.addAndGet(7_200_000);
        assertThat(open(store, session("ann", "t2", NOW, Optional.empty())))
                .isEqualTo(new HandshakesLimited(new UserId("ann"), 60_000));
        wall.addAndGet(-7_200_000);
        elapsed.addAndGet(60_000);
        assertThat(open(store, session("ann", "t3", NOW, Optional.empty()))).isInstanceOf(Opened.class);
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
        assertThat(open(store, session("user7"))).as("a known user").isInstanceOf(Opened.class);

        end(store, hundred.get(3));
        clock.advance(60_000);
        assertThat(open(store, session("one-more"))).as("user3 is removed").isInstanceOf(Opened.class);
    }

    @Test
    void users_with_expired_tokens_make_room_for_others() throws Exception {
        SessionStore store = store(config(OnExceeded.REJECT, 30));
        for (int i = 0; i < 100; i++) {
            open(store, session("user" + i));
        }

        clock.advance(3_600_000);

        for (int i = 0; i < 100; i++) {
            assertThat(open(store, session("other" + i))).isInstanceOf(Opened.class);
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
}
