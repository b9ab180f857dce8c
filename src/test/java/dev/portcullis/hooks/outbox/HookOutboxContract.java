package dev.portcullis.hooks.outbox;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.portcullis.hooks.outbox.HookOutbox.Bounds;
import dev.portcullis.hooks.outbox.HookOutbox.Claim;
import dev.portcullis.hooks.outbox.HookOutbox.Held;
import dev.portcullis.hooks.outbox.OutboxConfig.WhenFull;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.rows.RowStore;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The contract of a {@link HookOutbox} over the rows of each store. */
abstract class HookOutboxContract {
    protected static final int LANE = 200;
    protected static final String NODE = "n:1";
    private static final long NOW = 1_000_000;
    private static final Bounds BOUNDS = new Bounds(10, 1 << 20, 10_000);

    private static final LaneQueue MAIN = LaneQueue.of(LANE);
    private static final LaneQueue ASIDE = MAIN.besides();

    protected final AtomicLong clock = new AtomicLong(NOW);
    private int begun;

    abstract RowStore rows() throws Exception;

    protected HookOutbox outbox(OutboxConfig config) throws Exception {
        return new HookOutbox(rows(), config);
    }

    protected static OutboxConfig config(HookType... events) {
        return new OutboxConfig(
                events.length == 0 ? Set.of(HookType.values()) : Set.of(events), 100, WhenFull.DISCARD, 3);
    }

    @Test
    void events_of_a_lane_are_taken_in_order_and_only_once_they_are_acknowledged() throws Exception {
        HookOutbox outbox = outbox(config());
        begin(outbox, 5);

        Claim first = claim(outbox, new Bounds(3, 1 << 20, 10_000)).orElseThrow();
        assertThat(ids(first)).containsExactly("s0.opened", "s1.opened", "s2.opened");
        done(outbox.acknowledge(first, 2));
        Claim second = claim(outbox, BOUNDS).orElseThrow();
        assertThat(ids(second)).containsExactly("s2.opened", "s3.opened", "s4.opened");
        done(outbox.acknowledge(second, 3));
        assertThat(claim(outbox, BOUNDS)).isEmpty();
        assertThat(waiting(outbox)).isZero();
    }

    @Test
    void event_has_all_that_is_delivered() throws Exception {
        HookOutbox outbox = outbox(config());
        begin(outbox, 1);
        done(outbox.end(LANE, "s0", HookType.SESSION_CLOSED));

        Claim claim = claim(outbox, BOUNDS).orElseThrow();
        assertThat(json(claim, 0)).isEqualTo(new JsonObject("""
                        {"id": "s0.opened", "type": "session.opened", "key": "user:ann", "time": 1000000,
                         "data": {"at": "opened"}}"""));
        assertThat(json(claim, 1).getString("cause")).isEqualTo("ended");
        assertThat(json(claim, 1).getJsonObject("data")).isEqualTo(new JsonObject().put("at", "closed"));
    }

    @Test
    void second_taker_gets_nothing_until_the_first_has_ended_or_its_time_is_over() throws Exception {
        HookOutbox outbox = outbox(config());
        begin(outbox, 1);
        Claim first = claim(outbox, BOUNDS).orElseThrow();

        assertThat(done(outbox.claim(LaneQueue.of(LANE), "other", BOUNDS))).isEmpty();
        assertThat(state(outbox).orElseThrow().claimed()).isTrue();
        done(outbox.release(first));
        assertThat(done(outbox.claim(LaneQueue.of(LANE), "other", BOUNDS))).isPresent();
    }

    @Test
    void late_acknowledgement_removes_nothing_that_others_did_not_deliver() throws Exception {
        HookOutbox outbox = outbox(config());
        begin(outbox, 3);
        Claim late = claim(outbox, new Bounds(2, 1 << 20, 10_000)).orElseThrow();
        done(outbox.acknowledge(late, 2));

        done(outbox.acknowledge(late, 2));
        done(outbox.acknowledge(late, 1));
        assertThat(ids(claim(outbox, BOUNDS).orElseThrow())).containsExactly("s2.opened");
    }

    @Test
    void claim_has_at_least_one_event_and_else_keeps_to_its_bytes() throws Exception {
        HookOutbox outbox = outbox(config());
        begin(outbox, 40);

        assertThat(claim(outbox, new Bounds(10, 1, 10_000)).orElseThrow().events())
                .hasSize(1);
        assertThat(claim(outbox, new Bounds(10, 300, 10_000)).orElseThrow().events())
                .hasSizeBetween(2, 9);
        assertThat(claim(outbox, new Bounds(40, 1 << 20, 10_000)).orElseThrow().events())
                .hasSize(40);
    }

    @Test
    void what_is_held_ends_once_and_begins_once() throws Exception {
        HookOutbox outbox = outbox(config());
        begin(outbox, 1);
        begin(outbox, 1);
        done(outbox.end(LANE, "s0", HookType.SESSION_CLOSED));
        done(outbox.end(LANE, "s0", HookType.SESSION_CLOSED));

        assertThat(ids(claim(outbox, BOUNDS).orElseThrow())).containsExactly("s0.opened", "s0.closed");
    }

    @Test
    void only_listed_events_are_stored() throws Exception {
        HookOutbox outbox = outbox(config(HookType.SESSION_CLOSED));
        begin(outbox, 1);
        assertThat(claim(outbox, BOUNDS)).isEmpty();
        done(outbox.end(LANE, "s0", HookType.SESSION_CLOSED));

        assertThat(ids(claim(outbox, BOUNDS).orElseThrow())).containsExactly("s0.closed");
    }

    @Test
    void oldest_event_of_a_full_outbox_becomes_a_dead_letter_and_the_oldest_of_those_is_lost() throws Exception {
        HookOutbox outbox = outbox(config());
        begin(outbox, 105);
        assertThat(state(outbox).orElseThrow().full()).isTrue();
        done(outbox.discardOverflow(LANE));

        LaneState state = state(outbox).orElseThrow();
        assertThat(state.waiting()).isEqualTo(100);
        assertThat(state.dead()).isEqualTo(3);
        assertThat(state.overflown()).isEqualTo(5);
        assertThat(state.lost()).isEqualTo(2);
        assertThat(done(outbox.deadLetters(LANE, 10)))
                .extracting(letter -> letter.event().id() + " " + letter.reason())
                .containsExactly("s2.opened overflow", "s3.opened overflow", "s4.opened overflow");
    }

    @Test
    void delivered_events_are_removed_also_where_a_full_outbox_lost_some_of_them_meanwhile() throws Exception {
        HookOutbox outbox = outbox(config());
        begin(outbox, 100);
        Claim delivered = claim(outbox).orElseThrow();
        for (int i = 100; i < 103; i++) {
            done(outbox.begin(LANE, held("s" + i), NODE));
        }
        done(outbox.discardOverflow(LANE));

        done(outbox.acknowledge(delivered, 10));
        assertThat(waiting(outbox)).isEqualTo(93);
        assertThat(ids(claim(outbox).orElseThrow())).startsWith("s10.opened", "s11.opened");
    }

    @Test
    void discarded_event_is_seen_and_delivered_again_behind_the_others() throws Exception {
        HookOutbox outbox = outbox(config());
        begin(outbox, 2);
        done(outbox.discard(claim(outbox, BOUNDS).orElseThrow(), "status_422"));

        List<DeadLetter> letters = done(outbox.deadLetters(LANE, 10));
        assertThat(letters).hasSize(1);
        assertThat(letters.get(0).reason()).isEqualTo("status_422");
        assertThat(letters.get(0).at()).isEqualTo(NOW);
        assertThat(letters.get(0).event().id()).isEqualTo("s0.opened");
        assertThat(ids(claim(outbox, BOUNDS).orElseThrow())).containsExactly("s1.opened");
        assertThat(done(outbox.revive(LANE))).isEqualTo(1);
        assertThat(ids(claim(outbox, BOUNDS).orElseThrow())).containsExactly("s1.opened", "s0.opened");
        assertThat(done(outbox.deadLetters(LANE, 10))).isEmpty();
    }

    @Test
    void what_is_set_aside_waits_with_all_of_its_key_in_order_and_the_lane_goes_on_without_it() throws Exception {
        HookOutbox outbox = outbox(config());
        for (String key : List.of("bad", "good", "bad", "bad", "good")) {
            begin(outbox, key);
        }
        done(outbox.setAside(claim(outbox).orElseThrow(), 1));

        assertThat(drained(outbox, MAIN)).containsExactly("good.1", "good.4");
        begin(outbox, "bad");
        begin(outbox, "good");
        assertThat(drained(outbox, MAIN)).containsExactly("good.6");
        LaneState state = state(outbox).orElseThrow();
        assertThat(state.waiting()).isZero();
        assertThat(state.aside()).isEqualTo(4);
        assertThat(drained(outbox, ASIDE)).containsExactly("bad.0", "bad.2", "bad.3", "bad.5");
    }

    @Test
    void queue_whose_last_events_go_aside_has_no_taker() throws Exception {
        HookOutbox outbox = outbox(config());
        begin(outbox, "bad");
        done(outbox.setAside(claim(outbox).orElseThrow(), 1));
        begin(outbox, "bad");
        assertThat(claim(outbox)).isEmpty();

        assertThat(state(outbox).orElseThrow().claimed()).isFalse();
        assertThat(state(outbox).orElseThrow().aside()).isEqualTo(2);
        begin(outbox, "good");
        assertThat(done(outbox.claim(MAIN, "other", BOUNDS))).isPresent();
    }

    @Test
    void key_waits_in_the_lane_again_once_nothing_of_it_is_aside() throws Exception {
        HookOutbox outbox = outbox(config());
        begin(outbox, "bad");
        begin(outbox, "worse");
        done(outbox.setAside(claim(outbox).orElseThrow(), 2));
        begin(outbox, "bad");
        begin(outbox, "worse");

        done(outbox.acknowledge(claim(outbox, ASIDE, new Bounds(1, 1, 10_000)), 1));
        assertThat(drained(outbox, MAIN)).containsExactly("bad.2");
        done(outbox.discard(claim(outbox, ASIDE, BOUNDS), "status_500"));
        begin(outbox, "worse");
        assertThat(drained(outbox, ASIDE))
                .as("it was behind the one that is given up")
                .containsExactly("worse.3");
        assertThat(drained(outbox, MAIN)).containsExactly("worse.4");
        assertThat(state(outbox).orElseThrow().dead()).isEqualTo(1);
    }

    @Test
    void queues_of_a_lane_have_takers_of_their_own() throws Exception {
        HookOutbox outbox = outbox(config());
        begin(outbox, "bad");
        begin(outbox, "good");
        done(outbox.setAside(claim(outbox).orElseThrow(), 1));
        assertThat(state(outbox).orElseThrow().claimable()).containsExactly(MAIN, ASIDE);
        Claim aside = claim(outbox, ASIDE, BOUNDS);

        assertThat(done(outbox.claim(ASIDE, "other", BOUNDS))).isEmpty();
        assertThat(state(outbox).orElseThrow().claimable()).containsExactly(MAIN);
        assertThat(done(outbox.claim(MAIN, "other", BOUNDS))).isPresent();
        assertThat(state(outbox).orElseThrow().claimable()).isEmpty();
        done(outbox.release(aside));
        assertThat(state(outbox).orElseThrow().claimable()).containsExactly(ASIDE);
    }

    @Test
    void late_request_to_set_an_event_aside_moves_no_other_one() throws Exception {
        HookOutbox outbox = outbox(config());
        begin(outbox, "bad");
        begin(outbox, "good");
        Claim late = claim(outbox).orElseThrow();
        done(outbox.setAside(late, 1));

        done(outbox.setAside(late, 1));
        assertThat(drained(outbox, MAIN)).containsExactly("good.1");
        assertThat(drained(outbox, ASIDE)).containsExactly("bad.0");
    }

    @Test
    void more_than_a_queue_has_room_for_does_not_wait_aside_and_holds_up_nothing() throws Exception {
        HookOutbox outbox = outbox(config());
        begin(outbox, "bad");
        done(outbox.setAside(claim(outbox).orElseThrow(), 1));
        for (int i = 0; i < 3; i++) {
            for (int j = 0; j < 34; j++) {
                begin(outbox, "bad");
            }
            begin(outbox, "good");
            assertThat(drained(outbox, MAIN)).hasSize(1);
        }

        LaneState state = state(outbox).orElseThrow();
        assertThat(state.aside()).isEqualTo(100);
        assertThat(state.overflown()).isEqualTo(3);
        assertThat(done(outbox.deadLetters(LANE, 10)))
                .extracting(letter -> letter.event().id() + " " + letter.reason())
                .containsExactly("bad.0 overflow", "bad.1 overflow", "bad.2 overflow");
        assertThat(drained(outbox, ASIDE)).hasSize(100);
        begin(outbox, "bad");
        assertThat(drained(outbox, MAIN))
                .as("none of those that are counted is left")
                .hasSize(1);
    }

    @Test
    void taker_of_a_full_queue_may_have_what_becomes_dead_letters_meanwhile() throws Exception {
        HookOutbox outbox = outbox(config());
        begin(outbox, 100);
        Claim claim = claim(outbox, new Bounds(2, 1 << 20, 10_000)).orElseThrow();
        begin(outbox, 106);
        done(outbox.discardOverflow(LANE));

        done(outbox.acknowledge(claim, 2));
        done(outbox.discard(claim, "status_422"));
        done(outbox.setAside(claim, 1));
        LaneState state = state(outbox).orElseThrow();
        assertThat(state.waiting()).isEqualTo(100);
        assertThat(state.aside()).isZero();
        assertThat(state.dead()).isEqualTo(3);
        assertThat(state.overflown()).isEqualTo(6);
        assertThat(ids(claim(outbox).orElseThrow())).startsWith("s6.opened");
    }

    /** Without a node that delivers, nothing makes dead letters of what is too much. */
    @Test
    void events_that_nothing_takes_out_are_lost_beyond_the_bounds_and_counted() throws Exception {
        HookOutbox outbox = outbox(config());
        begin(outbox, 300);

        LaneState state = state(outbox).orElseThrow();
        assertThat(state.waiting()).isEqualTo(103);
        assertThat(state.overflown()).isEqualTo(197);
        assertThat(state.lost()).isEqualTo(197);
        done(outbox.discardOverflow(LANE));
        state = state(outbox).orElseThrow();
        assertThat(state.waiting()).isEqualTo(100);
        assertThat(state.dead()).isEqualTo(3);
        assertThat(state.overflown()).isEqualTo(200);
        assertThat(state.lost()).isEqualTo(197);
        assertThat(ids(claim(outbox).orElseThrow())).startsWith("s200.opened");
        assertThat(drained(outbox, MAIN)).hasSize(100);
        assertThat(waiting(outbox)).isZero();
    }

    @Test
    void full_outbox_refuses_what_begins_where_configured_but_not_what_ends() throws Exception {
        HookOutbox outbox = outbox(new OutboxConfig(Set.of(HookType.values()), 100, WhenFull.REFUSE, 3));
        begin(outbox, 99);
        done(outbox.beginIfRoom(LANE, held("last"), NODE));
        StoreFailure failure =
                catchThrowableOfType(StoreFailure.class, () -> done(outbox.beginIfRoom(LANE, held("more"), NODE)));
        assertThat(failure.isNotApplied()).isTrue();
        done(outbox.beginIfRoom(LANE, held("last"), NODE));
        done(outbox.end(LANE, "more", HookType.SESSION_CLOSED));
        done(outbox.end(LANE, "last", HookType.SESSION_CLOSED));

        assertThat(waiting(outbox)).isEqualTo(101);
        Claim claim = claim(outbox).orElseThrow();
        done(outbox.acknowledge(claim, 2));
        done(outbox.beginIfRoom(LANE, held("more"), NODE));
        assertThat(waiting(outbox)).isEqualTo(100);
    }

    @Test
    void what_incarnations_without_a_lease_hold_ends_once_and_what_others_hold_stays() throws Exception {
        HookOutbox outbox = outbox(new OutboxConfig(Set.of(HookType.values()), 1_000, WhenFull.DISCARD, 3));
        for (int i = 0; i < 120; i++) {
            done(outbox.begin(LANE, held("gone" + i), "gone:1"));
        }
        done(outbox.begin(LANE, held("alive"), NODE));
        done(outbox.endOrphans(lanes -> Future.succeededFuture(Map.of(LANE + 1, Set.of()))));
        done(outbox.endOrphans(lanes -> Future.succeededFuture(Map.of(LANE, Set.of(NODE, "gone:1")))));
        assertThat(waiting(outbox)).as("no lease was judged, or all count").isEqualTo(121);

        HookOutbox.Leases leases = lanes -> {
            assertThat(lanes).containsExactly(LANE);
            return Future.succeededFuture(Map.of(LANE, Set.of(NODE)));
        };
        done(Future.all(outbox.endOrphans(leases), outbox.endOrphans(leases)));
        done(outbox.endOrphans(leases));
        done(outbox.end(LANE, "gone0", HookType.SESSION_CLOSED));
        done(outbox.end(LANE, "alive", HookType.SESSION_CLOSED));
        Claim claim = claim(outbox, new Bounds(1_000, 1 << 24, 10_000)).orElseThrow();
        assertThat(claim.events()).hasSize(242);
        assertThat(claim.events().subList(121, 241))
                .allMatch(
                        event -> new String(event.json(), StandardCharsets.UTF_8).contains("\"cause\":\"node_lost\""));
        assertThat(json(claim, 241).getString("cause")).isEqualTo("ended");
    }

    @Test
    void unlisted_end_is_not_told_however_it_comes() throws Exception {
        HookOutbox outbox = outbox(config(HookType.SESSION_OPENED));
        begin(outbox, 2);
        done(outbox.end(LANE, "s0", HookType.SESSION_CLOSED));
        done(outbox.endAll());
        begin(outbox, 2);

        assertThat(ids(claim(outbox).orElseThrow()))
                .containsExactly("s0.opened", "s1.opened", "s0.opened", "s1.opened");
    }

    @Test
    void position_of_an_entry_is_told_and_distinguishes_its_amendments() {
        byte[] data = "\"content\":\"a b\"}".getBytes(StandardCharsets.UTF_8);
        HookEvent edit = new HookEvent(HookType.MESSAGE_EDITED, "room:lobby", "m1", data);
        StoredEvent event = EventRow.decode("7 12 x1 " + EventRow.encode(edit)).event(7);
        assertThat(event.id()).isEqualTo("m1.12");
        assertThat(event.time()).isEqualTo(7);
        assertThat(new JsonObject(Buffer.buffer(event.json()))).isEqualTo(new JsonObject("""
                        {"id": "m1.12", "type": "message.edited", "key": "room:lobby", "time": 7,
                         "data": {"epoch": "x1", "seq": 12, "content": "a b"}}"""));
    }

    @ParameterizedTest
    @CsvSource({"-1, false", "0, false", "1, true"})
    void event_of_a_message_that_ends_is_told_without_text_once_it_is_over(long leftMs, boolean told) throws Exception {
        HookOutbox outbox = outbox(config());
        beginEnding(outbox, NOW + leftMs);
        JsonObject event = new JsonObject(Buffer.buffer(
                claim(outbox, BOUNDS).orElseThrow().events().get(0).json()));
        JsonObject data = event.getJsonObject("data");
        assertThat(data.getString("userId")).isEqualTo("ann");
        assertThat(data.getString("messageId")).isEqualTo("m1");
        assertThat(data.containsKey("content")).isEqualTo(told);
        assertThat(data.getString("reason")).isEqualTo(told ? null : "expired");
    }

    /** No sweep would take it away there. */
    @Test
    void dead_letter_of_a_message_that_ends_has_no_text() throws Exception {
        HookOutbox outbox = outbox(config());
        beginEnding(outbox, NOW + 60_000);
        done(outbox.discard(claim(outbox, BOUNDS).orElseThrow(), "status_422"));
        byte[] letter = done(outbox.deadLetters(LANE, 10)).get(0).event().json();
        assertThat(new String(letter, StandardCharsets.UTF_8)).contains("m1").doesNotContain("secret");
        done(outbox.revive(LANE));
        byte[] again = claim(outbox, BOUNDS).orElseThrow().events().get(0).json();
        assertThat(new String(again, StandardCharsets.UTF_8)).contains("m1").doesNotContain("secret");
    }

    @Test
    void texts_of_a_user_are_taken_out_of_what_waits() throws Exception {
        HookOutbox outbox = outbox(config());
        beginMessage(outbox, "m1", "ann", Optional.empty());
        beginMessage(outbox, "m2", "ben", Optional.empty());
        beginMessage(outbox, "m3", "ann", Optional.of(NOW + 60_000));

        assertThat(done(outbox.erase(LANE, new UserId("ann")))).isEqualTo(2);
        assertThat(done(outbox.erase(LANE, new UserId("ann")))).isZero();

        List<StoredEvent> events = claim(outbox, BOUNDS).orElseThrow().events();
        assertThat(new JsonObject(Buffer.buffer(events.get(0).json()))).isEqualTo(new JsonObject("""
                        {"id": "m1", "type": "message.deleted", "key": "room:lobby", "time": 1000000,
                         "data": {"type": "message_deleted", "roomId": "lobby", "messageId": "m1", "userId": "deleted",
                                  "timestamp": 1000000}}"""));
        assertThat(text(events.get(1))).contains("a secret", "\"ben\"");
        assertThat(text(events.get(2))).contains("message.deleted", "m3").doesNotContain("secret", "ann");
    }

    @Test
    void texts_of_a_user_are_taken_out_of_dead_letters() throws Exception {
        HookOutbox outbox = outbox(config());
        beginMessage(outbox, "m1", "ann", Optional.empty());
        done(outbox.discard(claim(outbox, BOUNDS).orElseThrow(), "status_422"));
        assertThat(done(outbox.erase(LANE, new UserId("ann")))).isEqualTo(1);
        DeadLetter letter = done(outbox.deadLetters(LANE, 10)).get(0);
        assertThat(letter.reason()).isEqualTo("status_422");
        assertThat(text(letter.event())).contains("message.deleted", "m1").doesNotContain("secret", "ann");
    }

    private static String text(StoredEvent event) {
        return new String(event.json(), StandardCharsets.UTF_8);
    }

    private static void beginEnding(HookOutbox outbox, long end) throws Exception {
        beginMessage(outbox, "m1", "ann", Optional.of(end));
    }

    private static void beginMessage(HookOutbox outbox, String id, String user, Optional<Long> end) throws Exception {
        String data = "\"type\":\"chat\",\"roomId\":\"lobby\",\"messageId\":\"" + id + "\",\"userId\":\"" + user + "\","
                + end.map(any -> "\"expiresInMs\":1000,").orElse("") + "\"content\":\"a secret\",\"timestamp\":1}";
        HookEvent event =
                new HookEvent(HookType.SESSION_OPENED, "room:lobby", id, data.getBytes(StandardCharsets.UTF_8), end);
        done(outbox.begin(LANE, new Held(id, event, event(HookType.SESSION_CLOSED, id + ".closed", "closed")), NODE));
    }

    /** Begins something whose id tells its key and how many were begun before. */
    private void begin(HookOutbox outbox, String key) throws Exception {
        String id = key + "." + begun++;
        done(outbox.begin(
                LANE,
                new Held(
                        id,
                        new HookEvent(HookType.SESSION_OPENED, key, id, "}".getBytes(StandardCharsets.UTF_8)),
                        event(HookType.SESSION_CLOSED, id + ".closed", "closed")),
                NODE));
    }

    private static Claim claim(HookOutbox outbox, LaneQueue queue, Bounds bounds) throws Exception {
        return done(outbox.claim(queue, "taker", bounds)).orElseThrow();
    }

    /** Takes all events out of a queue. */
    private static List<String> drained(HookOutbox outbox, LaneQueue queue) throws Exception {
        List<String> ids = new ArrayList<>();
        Optional<Claim> claim = done(outbox.claim(queue, "taker", BOUNDS));
        while (claim.isPresent()) {
            ids.addAll(ids(claim.orElseThrow()));
            done(outbox.acknowledge(
                    claim.orElseThrow(), claim.orElseThrow().rows().size()));
            claim = done(outbox.claim(queue, "taker", BOUNDS));
        }
        return ids;
    }

    protected static void begin(HookOutbox outbox, int count) throws Exception {
        for (int i = 0; i < count; i++) {
            done(outbox.begin(LANE, held("s" + i), NODE));
        }
    }

    protected static Held held(String id) {
        return new Held(
                id,
                event(HookType.SESSION_OPENED, id + ".opened", "opened"),
                event(HookType.SESSION_CLOSED, id + ".closed", "closed"));
    }

    private static HookEvent event(HookType type, String id, String at) {
        return new HookEvent(type, "user:ann", id, ("\"at\":\"" + at + "\"}").getBytes(StandardCharsets.UTF_8));
    }

    protected static Optional<Claim> claim(HookOutbox outbox, Bounds bounds) throws Exception {
        return done(outbox.claim(LaneQueue.of(LANE), "taker", bounds));
    }

    protected static Optional<Claim> claim(HookOutbox outbox) throws Exception {
        return claim(outbox, BOUNDS);
    }

    protected static List<String> ids(Claim claim) {
        return claim.events().stream().map(StoredEvent::id).toList();
    }

    protected static JsonObject json(Claim claim, int index) {
        return new JsonObject(new String(claim.events().get(index).json(), StandardCharsets.UTF_8));
    }

    protected static Optional<LaneState> state(HookOutbox outbox) throws Exception {
        return done(outbox.survey()).stream()
                .filter(state -> state.lane() == LANE)
                .findFirst();
    }

    private static long waiting(HookOutbox outbox) throws Exception {
        return state(outbox).map(LaneState::waiting).orElse(0L);
    }
}
