package dev.portcullis.auth.session;

import static dev.portcullis.auth.token.Tokens.NOW;
import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.auth.session.SessionOpening.AtCap;
import dev.portcullis.auth.session.SessionOpening.HandshakesLimited;
import dev.portcullis.auth.session.SessionOpening.Opened;
import dev.portcullis.auth.session.SessionsConfig.OnExceeded;
import dev.portcullis.auth.token.TestClaims;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.redis.RedisKeys;
import dev.portcullis.store.redis.RedisStore;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.InboxConfig.AckPer;
import dev.portcullis.streams.InboxReader;
import dev.portcullis.streams.InboxStore;
import dev.portcullis.streams.InboxStore.Delivery;
import dev.portcullis.streams.StreamWindow;
import dev.portcullis.streams.cutoff.Cutoff.SessionEnded;
import dev.portcullis.streams.cutoff.Cutoff.SessionEnded.Cause;
import dev.portcullis.streams.cutoff.CutoffPublisher;
import dev.portcullis.streams.lane.LaneStore;
import dev.portcullis.streams.lane.LaneStore.LaneCursor;
import dev.portcullis.streams.redis.RedisInboxStore;
import dev.portcullis.streams.redis.RedisLaneStore;
import dev.portcullis.streams.redis.RedisStreamStore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RedisSessionStoreTest extends SessionStoreContract {
    private static final UserId ANN = new UserId("ann");
    private static final String NODE = "n:1";
    private static final long FAR_FUTURE = 3_000_000_000_000L;
    private static RedisSessions redis;

    @BeforeAll
    static void start() throws Exception {
        redis = RedisSessions.alone();
    }

    @AfterAll
    static void stop() throws Exception {
        redis.close();
    }

    /** Its node holds its leases for good. */
    @Override
    SessionStore store(SessionsConfig config) throws Exception {
        redis.clear();
        for (UserId user : List.of(ANN, new UserId("bob"))) {
            redis.renew(user, NODE, FAR_FUTURE);
        }
        return redis.store(config, LIMITS, clock);
    }

    private SessionStore store() throws Exception {
        return store(config(OnExceeded.REJECT, 30));
    }

    @Override
    RevocationStore revocations() throws Exception {
        return redis.revocations(LIMITS, clock);
    }

    @Test
    void sessions_end_with_the_lease_of_their_node() throws Exception {
        SessionStore store = store();
        List<Session> five = openFive(store);
        stopRenewing(NODE);

        clock.advance(10_000);
        assertThat(open(store, onNode("m", "m:1"))).isEqualTo(new AtCap(new UserId("ann"), five));
        clock.advance(1);
        assertThat(ofAnn(store)).isEmpty();
        assertThat(ended(store, five)).hasSize(5);
        assertThat(open(store, onNode("m", "m:1"))).isInstanceOf(Opened.class);
        assertThat(ofAnn(store)).hasSize(1);
    }

    @Test
    void early_timeout_is_three_seconds_and_ends_no_session_by_itself() throws Exception {
        SessionStore store = store();
        List<Session> five = openFive(store);
        stopRenewing(NODE);

        clock.advance(3_000);
        assertThat(endedEarly(store, five)).isEmpty();
        clock.advance(1);

        assertThat(endedEarly(store, five)).hasSize(5);
        assertThat(ended(store, five)).isEmpty();
    }

    @Test
    void session_without_a_lease_has_ended() throws Exception {
        SessionStore store = store();
        List<Session> five = openFive(store);

        stopRenewing(NODE);
        redis.prune(ANN, NODE);

        assertThat(ended(store, five)).hasSize(5);
    }

    /**
     * Why the leases of a lost node are removed: else the oldest live session would be evicted in favour of dead ones.
     */
    @Test
    void sessions_without_a_lease_do_not_count_towards_the_cap() throws Exception {
        SessionStore store = store(config(OnExceeded.EVICT_OLDEST, 30));
        redis.renew(ANN, "m:1", FAR_FUTURE);
        Session oldest = onNode("m", "m:1");
        open(store, oldest);
        for (int i = 0; i < 4; i++) {
            clock.advance(1);
            open(store, session("ann"));
        }
        redis.prune(ANN, NODE);

        assertThat(open(store, onNode("m", "m:1"))).isInstanceOf(Opened.class);
        assertThat(ofAnn(store)).hasSize(2).contains(oldest);
    }

    @Test
    void no_session_ends_while_no_node_can_renew() throws Exception {
        SessionStore store = store();
        List<Session> five = openFive(store);
        redis.renew(ANN, NODE, clock.getAsLong());

        clock.advance(30_000);
        assertThat(open(store, session("ann"))).as("the store was away").isInstanceOf(AtCap.class);

        redis.renew(ANN, "m:1", clock.getAsLong());
        redis.graceUntil(ANN, clock.getAsLong() + 10_000);
        clock.advance(2_000);
        assertThat(ended(store, five))
                .as("the store is back, and the node may be too")
                .isEmpty();

        clock.advance(8_001);
        redis.renew(ANN, "m:1", clock.getAsLong());
        assertThat(ended(store, five)).as("the node had its time").hasSize(5);
    }

    /** All nodes were restarted, and their users return before the leases of the last incarnations have expired. */
    @Test
    void early_timeout_is_shorter_than_the_grace_after_an_outage() throws Exception {
        SessionStore store = store();
        List<Session> five = openFive(store);
        redis.renew(ANN, NODE, clock.getAsLong());
        clock.advance(6_000);
        redis.renew(ANN, "m:1", clock.getAsLong());
        redis.graceUntil(ANN, clock.getAsLong() + 10_000);

        clock.advance(3_000);
        redis.renew(ANN, "m:1", clock.getAsLong());
        assertThat(done(store.endedAmong(five, LeaseTimeout.EARLY))).isEmpty();
        clock.advance(1);
        assertThat(done(store.endedAmong(five, LeaseTimeout.EARLY))).hasSize(5);
        assertThat(ended(store, five)).isEmpty();
    }

    @Test
    void expired_lease_found_by_a_handshake_is_removed() throws Exception {
        SessionStore store = store();
        openFive(store);
        stopRenewing(NODE);
        clock.advance(10_001);

        open(store, onNode("m", "m:1"));

        assertThat(redis.leases(ANN)).containsExactly("m:1");
    }

    @Test
    void all_keys_of_a_user_are_in_one_lane() throws Exception {
        SessionStore store = store();
        openFive(store);
        redis.renew(ANN, NODE, FAR_FUTURE);

        for (String key : redis.keys("*ann*")) {
            assertThat(key).contains("{" + session("ann").lane() + "}");
        }
        assertThat(redis.keys("*ann*")).hasSize(2);
        assertThat(redis.keys("pc:{" + session("ann").lane() + "}:sx:*")).hasSize(5);
    }

    @Test
    void node_without_a_lease_opens_no_session() throws Exception {
        SessionStore store = store();

        Session stray = onNode("m", "m:1");

        assertThatThrownBy(() -> open(store, stray)).isInstanceOf(StoreFailure.class);
        assertThat(ofAnn(store)).isEmpty();
    }

    @Test
    void sessions_lost_by_the_store_are_restored() throws Exception {
        SessionStore store = store();
        List<Session> five = openFive(store);

        redis.clear();
        assertThat(ended(store, five)).hasSize(5);
        restore(store, five.subList(0, 3));
        restore(store, five);

        assertThat(ofAnn(store)).containsExactlyInAnyOrderElementsOf(five);
        assertThat(open(store, session("ann"))).isInstanceOf(AtCap.class);
    }

    @Test
    void restored_sessions_keep_the_order_of_their_opening() throws Exception {
        SessionStore store = store();
        List<Session> three = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            three.add(session("ann"));
            clock.advance(1);
        }

        restore(store, List.of(three.get(2), three.get(0), three.get(1)));

        assertThat(ofAnn(store)).containsExactlyElementsOf(three);
    }

    @Test
    void restore_does_not_change_existing_sessions() throws Exception {
        SessionStore store = store(config(OnExceeded.REJECT, 30));
        List<Session> five = openFive(store);

        restore(store, List.of(five.get(4), five.get(0)));

        assertThat(ofAnn(store)).containsExactlyElementsOf(five);
    }

    @Test
    void restored_sessions_may_exceed_the_cap_and_no_other_opens() throws Exception {
        SessionStore store = store();
        List<Session> before = openFive(store);
        redis.clear();
        List<Session> since = openFive(store);

        restore(store, before);

        assertThat(ofAnn(store)).hasSize(10);
        end(store, before.get(0));
        assertThat(open(store, session("ann"))).isInstanceOf(AtCap.class);
        assertThat(ended(store, since)).isEmpty();
    }

    @Test
    void ended_session_is_not_restored() throws Exception {
        SessionStore store = store(config(OnExceeded.REJECT, 30));
        List<Session> five = openFive(store);
        end(store, five.get(0));
        Session sixth = session("ann");
        open(store, sixth);
        end(store, five.get(1));
        clock.advance(RedisSessionStore.ENDED_MS - 1);

        restore(store, five);

        assertThat(ofAnn(store)).containsExactly(five.get(2), five.get(3), five.get(4), sixth);
    }

    @Test
    void session_with_an_expired_token_is_not_restored() throws Exception {
        SessionStore store = store();
        List<Session> five = openFive(store);
        redis.clear();

        clock.advance(3_600_000);
        restore(store, five);

        assertThat(redis.keys("*ann*")).isEmpty();
    }

    @Test
    void session_whose_token_is_revoked_is_not_restored() throws Exception {
        SessionStore store = store();
        List<Session> all = List.of(
                session("ann", "t1", NOW, Optional.empty()),
                session("ann", "t2", NOW, Optional.of("login")),
                session("ann", "t3", NOW, Optional.empty()));
        revoke(ANN, TokenScope.token("t1"));
        revoke(ANN, TokenScope.family("login"));

        restore(store, all);
        restore(store, all.subList(0, 2));

        assertThat(ofAnn(store)).containsExactly(all.get(2));
        assertThat(revokedOf(store, ANN)).isEmpty();
    }

    @Test
    void session_to_whose_row_a_later_release_has_added_is_renewed() throws Exception {
        SessionStore store = store();
        Session session = session("ann", "t1", NOW, Optional.empty());
        open(store, session);
        String row = redis.ask("HGET", RedisSessions.sessionsOf(ANN), session.id());
        redis.ask("HSET", RedisSessions.sessionsOf(ANN), session.id(), row.replaceFirst("}$", ",\"later\":1}"));

        assertThat(done(store.renew(withToken(session, "t2")))).isInstanceOf(SessionRenewal.Renewed.class);

        assertThat(ofAnn(store)).containsExactly(withToken(session, "t2"));
    }

    /** A renewal whose answer was lost: the store has another token than the edge believes. */
    @Test
    void renewal_rests_on_the_token_that_the_store_has() throws Exception {
        SessionStore store = store();
        Session session = session("ann", "t1", NOW, Optional.empty());
        open(store, session);
        Session second = withToken(session, "t2");
        assertThat(done(store.renew(second))).isInstanceOf(SessionRenewal.Renewed.class);
        revoke(ANN, TokenScope.token("t2"));

        assertThat(done(store.renew(withToken(session, "t3")))).isEqualTo(new SessionRenewal.Ended());
    }

    @Test
    void open_after_the_end_of_the_same_session_fails() throws Exception {
        SessionStore store = store();
        Session session = session("ann");

        end(store, session);

        assertThatThrownBy(() -> open(store, session)).isInstanceOf(StoreFailure.class);
        assertThat(ofAnn(store)).isEmpty();
    }

    @Test
    void session_of_a_later_release_counts_and_is_kept() throws Exception {
        SessionStore store = store(config(OnExceeded.REJECT, 30));
        redis.ask("HSET", RedisSessions.sessionsOf(ANN), "later", "2 something else");

        for (int i = 0; i < 4; i++) {
            open(store, session("ann"));
        }
        assertThat(open(store, session("ann"))).isInstanceOf(AtCap.class);

        assertThat(ofAnn(store)).hasSize(4);
        assertThat(redis.ask("HEXISTS", RedisSessions.sessionsOf(ANN), "later")).isEqualTo("1");
    }

    @Test
    void keys_expire_when_they_no_longer_matter() throws Exception {
        SessionStore store = store();
        List<Session> five = openFive(store);
        String key = RedisSessions.sessionsOf(ANN);

        assertThat(redis.millisLeft(key)).isBetween(3_590_000L, 3_600_000L);
        for (Session each : five.subList(0, 4)) {
            end(store, each);
        }
        assertThat(redis.millisLeft(key)).isBetween(3_590_000L, 3_600_000L);
        end(store, five.get(4));
        assertThat(redis.millisLeft(key)).isBetween(50_000L, RedisSessionStore.ENDED_MS);
        clock.advance(RedisSessionStore.ENDED_MS);
        open(store, session("ann"));
        assertThat(redis.ask("HLEN", key)).as("ended ones are removed").isEqualTo("1");
        assertThat(redis.millisLeft(RedisSessions.handshakesOf(ANN))).isBetween(50_000L, 60_000L);
    }

    @Test
    void sessions_depend_on_the_leases_that_the_tick_renews() throws Exception {
        redis.clear();
        RedisStore client = redis.client();
        SessionStore store = new RedisSessionStore(
                client, config(OnExceeded.REJECT, 2), byClockOfRedis(client), inboxes(AckPer.USER), Optional.empty());
        LaneStore lanes = new RedisLaneStore(client);
        Session session = lasting(session("ann"));
        LaneStore.LeaseHolder leaseHolder = new LaneStore.LeaseHolder(NODE, 0);

        done(lanes.tick(leaseHolder, List.of(LaneCursor.unknown(session.lane()))));
        redis.endGrace(ANN);

        assertThat(open(store, session)).isInstanceOf(Opened.class);
        assertThatThrownBy(() -> open(store, lasting(onNode("m", "m:1")))).isInstanceOf(StoreFailure.class);
        assertThat(ofAnn(store)).containsExactly(session);
        done(lanes.release(leaseHolder));
        done(lanes.tick(new LaneStore.LeaseHolder("m:1", 0), List.of(LaneCursor.unknown(session.lane()))));
        redis.endGrace(ANN);
        assertThat(ofAnn(store)).isEmpty();
    }

    /** A node that knows this cut-off need not read the lane again before it greets the client. */
    @Test
    void opening_tells_the_newest_cutoff_of_the_lane() throws Exception {
        SessionStore store = store();
        RedisStore client = redis.client();
        Session session = session("ann");
        int lane = session.lane();
        CutoffPublisher publisher = new CutoffPublisher(
                new RedisStreamStore(client), new StreamWindow(100, 60_000), System::currentTimeMillis);
        assertThat(cutoffsAt(open(store, session)))
                .as("no server has written the lane yet")
                .isEmpty();

        done(publisher.publish(lane, new SessionEnded("a-session", Cause.EVICTED)));
        LaneCursor read = lane(client, lane);
        assertThat(cutoffsAt(open(store, session("ann"))))
                .hasValueSatisfying(newest ->
                        assertThat(read.includes(newest)).as("it is known").isTrue());

        done(publisher.publish(lane, new SessionEnded("another", Cause.EVICTED)));
        assertThat(cutoffsAt(open(store, session("ann"))))
                .hasValueSatisfying(newest ->
                        assertThat(read.includes(newest)).as("it is new").isFalse());

        redis.ask("HSET", RedisKeys.of(lane, "lane"), "id", "another server");
        assertThat(cutoffsAt(open(store, session("ann"))))
                .as("the lane must be forked first")
                .isEmpty();
    }

    /** The position up to which the user has everything, and where the next entry is owed: what delivery.lua answers. */
    @Test
    void opening_tells_where_delivery_of_the_inbox_begins() throws Exception {
        SessionStore store = store();
        RedisStore client = redis.client();
        RedisStreamStore streams = new RedisStreamStore(client);
        InboxStore inboxes = new RedisInboxStore(client);
        InboxReader reader = new InboxReader(ANN, Optional.empty());
        for (int i = 0; i < 3; i++) {
            done(streams.append(new AppendRequest(
                    reader.inbox(),
                    new StreamWindow(2, 60_000),
                    NOW,
                    "{}".getBytes(StandardCharsets.UTF_8),
                    Optional.empty(),
                    Optional.empty(),
                    Long.MAX_VALUE)));
        }
        Delivery before = done(inboxes.open(reader, 1));
        assertThat(before.owedAfter()).as("one is not kept").isEqualTo(1);
        assertThat(inboxAt(open(store, session("ann")))).contains(before);

        done(inboxes.acknowledge(reader, before.head(), 1));
        SessionOpening opened = open(store, session("ann"));
        assertThat(inboxAt(opened)).contains(new Delivery(before.head(), 3, 3));
        assertThat(((Opened) opened).lane())
                .as("where its lane is")
                .contains(lane(client, reader.inbox().lane()));
    }

    @Test
    void opening_tells_nothing_of_an_inbox_in_which_each_device_has_a_place_of_its_own() throws Exception {
        store();
        RedisStore client = redis.client();
        SessionStore store = new RedisSessionStore(
                client,
                config(OnExceeded.REJECT, 30),
                RedisSessions.revocations(client, LIMITS, clock),
                inboxes(AckPer.DEVICE),
                clock,
                Optional.empty());
        lane(client, session("ann").lane());
        SessionOpening opened = open(store, session("ann"));
        assertThat(cutoffsAt(opened)).isPresent();
        assertThat(inboxAt(opened)).isEmpty();
    }

    private static Optional<Delivery> inboxAt(SessionOpening opening) {
        return ((Opened) opening).inbox();
    }

    private static LaneCursor lane(RedisStore client, int lane) throws Exception {
        return done(new RedisLaneStore(client)
                        .tick(new LaneStore.LeaseHolder("m:1", 0), List.of(LaneCursor.unknown(lane))))
                .get(0)
                .cursor();
    }

    private static Optional<LaneCursor> cutoffsAt(SessionOpening opening) {
        return ((Opened) opening).cutoffs();
    }

    @Test
    void handshake_limit_by_the_clock_of_redis_lasts_a_minute() throws Exception {
        redis.clear();
        RedisStore client = redis.client();
        SessionStore store = new RedisSessionStore(
                client, config(OnExceeded.REJECT, 2), byClockOfRedis(client), inboxes(AckPer.USER), Optional.empty());
        open(store, lasting(session("ann")));
        open(store, lasting(session("ann")));

        SessionOpening third = open(store, lasting(session("ann")));

        assertThat(third)
                .isInstanceOfSatisfying(
                        HandshakesLimited.class,
                        limited -> assertThat(limited.retryAfterMs()).isBetween(50_000L, 60_000L));
        assertThat(ofAnn(store)).hasSize(2);
    }

    @Test
    void concurrent_handshakes_are_counted_exactly() throws Exception {
        List<SessionOpening> outcomes = openAtOnce(threeStores(config(OnExceeded.REJECT, 30)), 100);

        assertThat(outcomes).filteredOn(Opened.class::isInstance).hasSize(5);
        assertThat(outcomes).filteredOn(AtCap.class::isInstance).hasSize(25);
        assertThat(outcomes).filteredOn(HandshakesLimited.class::isInstance).hasSize(70);
    }

    @Test
    void fifty_concurrent_handshakes_on_three_nodes_open_five_sessions() throws Exception {
        for (int round = 0; round < 20; round++) {
            List<SessionStore> stores = threeStores(config(OnExceeded.REJECT, 1_000));

            List<SessionOpening> outcomes = openAtOnce(stores, 50);

            assertThat(outcomes).filteredOn(Opened.class::isInstance).hasSize(5);
            assertThat(ofAnn(stores.get(0))).hasSize(5);
        }
    }

    private static RevocationStore byClockOfRedis(RedisStore client) {
        return RedisSessions.revocations(client, LIMITS, () -> 0);
    }

    private List<SessionStore> threeStores(SessionsConfig config) throws Exception {
        return List.of(store(config), redis.store(config, LIMITS, clock), redis.store(config, LIMITS, clock));
    }

    /** A copy that expires after any real time. */
    private static Session lasting(Session session) {
        return new Session(
                session.sender(),
                session.issuer(),
                session.tokenId(),
                session.tokenIssuedAt(),
                session.openedAt(),
                FAR_FUTURE,
                session.owner(),
                session.address(),
                session.userAgent(),
                session.family());
    }

    private static Session withToken(Session session, String tokenId) {
        return new Session(
                session.sender(),
                session.issuer(),
                tokenId,
                session.tokenIssuedAt(),
                session.openedAt(),
                session.expiresAt(),
                session.owner(),
                session.address(),
                session.userAgent(),
                session.family());
    }

    private Session onNode(String node, String incarnation) {
        return Session.open(
                TestClaims.of("ann"),
                Credentials.message("t", "192.0.2.1", new SessionOwner(node, incarnation, 0), "test"),
                clock.getAsLong());
    }

    /** Renews this incarnation for the last time, while another node goes on. */
    private void stopRenewing(String incarnation) throws Exception {
        redis.renew(ANN, incarnation, clock.getAsLong());
        redis.renew(ANN, "m:1", FAR_FUTURE);
    }

    private static void restore(SessionStore store, List<Session> sessions) throws Exception {
        done(store.restore(sessions));
    }

    private static Set<String> ended(SessionStore store, List<Session> sessions) throws Exception {
        return done(store.endedAmong(sessions, LeaseTimeout.NORMAL));
    }

    private static Set<String> endedEarly(SessionStore store, List<Session> sessions) throws Exception {
        return done(store.endedAmong(sessions, LeaseTimeout.EARLY));
    }

    private static List<Session> ofAnn(SessionStore store) throws Exception {
        return done(store.ofUser(ANN));
    }
}
