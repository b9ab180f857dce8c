package dev.portcullis.client.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.client.FakeServer;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class BenchRunIT {
    /** A measured time long enough for a thread to be suspended for a while. */
    private static final long LONG_MS = 3_000;

    /** Waited only until everything is answered and delivered. */
    private static final long DRAIN_MS = 30_000;

    /** Waited in full where something never arrives, so that late deliveries don't count as missing. */
    private static final long FULL_DRAIN_MS = 4_000;

    private final List<String> users = new CopyOnWriteArrayList<>();
    private Vertx vertx;
    private FakeServer server;

    @BeforeEach
    void listen(Vertx fresh) throws Exception {
        vertx = fresh;
        server = new FakeServer(vertx);
    }

    @Test
    void open_load_is_sent_at_its_rate_and_every_delivery_is_counted() throws Exception {
        BenchReport report = run(plan().withPopulation(2, 5, 2).withLoad(new BenchPlan.Open(200, 64)));

        assertThat(report.sound()).isTrue();
        assertThat(report.joined()).isEqualTo(10);
        assertThat(report.sent()).isEqualTo(80); // 200/s for 400 ms
        assertThat(report.acked()).isEqualTo(80);
        assertThat(report.unanswered()).isZero();
        assertThat(report.delivery().count()).isEqualTo(5 * report.ack().count());
        assertThat(report.messagesPerSecond()).isBetween(180.0, 220.0);
        assertThat(report.handshakesPerSecond()).isPositive();
        assertThat(users).hasSize(10).doesNotHaveDuplicates().contains("bench-0 [bench-*]");
    }

    @Test
    void message_has_the_planned_size() throws Exception {
        run(plan().withLoad(new BenchPlan.Open(50, 300)));

        assertThat(server.awaitFrame("chat").getString("content")).hasSize(300);
    }

    @Test
    void closed_loop_keeps_its_messages_in_flight_and_no_more() throws Exception {
        AtomicInteger waiting = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<Runnable> answers = new ArrayList<>();
        server.instead = (socket, frame) -> {
            if (frame.getString("type").equals("chat")) {
                most.accumulateAndGet(waiting.incrementAndGet(), Math::max);
                answers.add(() -> {
                    waiting.decrementAndGet();
                    server.chat(socket, frame);
                });
                if (most.get() >= 3) { // the first answers wait until the third message arrives
                    answers.forEach(answer -> vertx.setTimer(5, any -> answer.run()));
                    answers.clear();
                }
                return true;
            }
            return false;
        };

        BenchReport report = run(plan().withPopulation(1, 4, 2)
                .withLoad(new BenchPlan.Closed(3, 64))
                .withPhases(0, LONG_MS, DRAIN_MS));

        assertThat(report.sound()).isTrue();
        assertThat(most).hasValue(3);
        assertThat(report.acked()).isGreaterThanOrEqualTo(3);
    }

    @Test
    void closed_loop_on_several_threads_counts_every_message() throws Exception {
        BenchPlan plan = plan().withPopulation(1, 8, 8)
                .withLoad(new BenchPlan.Closed(2, 64))
                .withPhases(0, LONG_MS, DRAIN_MS)
                .withDialling(new BenchPlan.Dialling(4, 0, 3, "bench-", Optional.empty()));

        BenchReport report = run(plan);

        assertThat(report.sound()).as(report.toText()).isTrue();
        assertThat(report.deliveriesPerSecond()).isPositive();
        assertThat(report.acked()).as("the loop keeps sending").isGreaterThan(20);
        assertThat(report.unanswered()).isZero();
    }

    @Test
    void message_that_one_member_never_gets_counts_as_one_loss() throws Exception {
        ServerWebSocket[] victim = new ServerWebSocket[1];
        server.delivery = (socket, entry) -> {
            if (entry.getInteger("seq") == 5 && victim[0] == null) {
                victim[0] = socket;
            } else {
                socket.writeTextMessage(entry.encode());
            }
        };

        BenchReport report = run(plan());

        assertThat(report.lost()).isEqualTo(1);
        assertThat(report.sound()).isFalse();
    }

    @Test
    void acknowledged_messages_missing_at_the_end_count_as_lost() throws Exception {
        server.delivery = (socket, entry) -> {
            if (entry.getInteger("seq") < 10) {
                socket.writeTextMessage(entry.encode());
            }
        };

        BenchReport report = run(plan().withPhases(0, 300, FULL_DRAIN_MS));

        assertThat(report.lost()).isEqualTo(3 * (report.acked() - 9));
    }

    @Test
    void message_delivered_twice_counts_as_a_duplicate_and_not_as_a_delivery() throws Exception {
        server.delivery = (socket, entry) -> {
            socket.writeTextMessage(entry.encode());
            if (entry.getInteger("seq") == 4) {
                socket.writeTextMessage(entry.encode());
            }
        };

        BenchReport report = run(plan());

        assertThat(report.duplicates()).isEqualTo(3);
        assertThat(report.lost()).isZero();
        assertThat(report.delivery().count()).isEqualTo(3 * report.ack().count());
    }

    @Test
    void message_in_fragments_counts_like_a_whole_one() throws Exception {
        server.delivery = (socket, entry) -> {
            String text = entry.encode();
            socket.writeFrame(WebSocketFrame.textFrame(text.substring(0, 30), false));
            socket.writeFrame(WebSocketFrame.continuationFrame(Buffer.buffer(text.substring(30, 50)), false));
            socket.writeFrame(WebSocketFrame.continuationFrame(Buffer.buffer(text.substring(50)), true));
        };

        BenchReport report = run(plan());

        assertThat(report.sound()).as(report.toText()).isTrue();
        assertThat(report.delivery().count())
                .isEqualTo(3 * report.ack().count())
                .isPositive();
    }

    @Test
    void server_that_sends_no_json_is_counted_as_a_refusal_of_each_member() throws Exception {
        server.insteadOfWelcome = socket -> {
            socket.writeTextMessage("hello?");
            return true;
        };

        assertThat(run(plan()).refusals()).containsExactly(Map.entry("unreadable frame", 3L));
    }

    @Test
    void messages_in_the_wrong_order_do_not_count_as_lost() throws Exception {
        List<JsonObject> held = new ArrayList<>();
        server.delivery = (socket, entry) -> {
            if (entry.getInteger("seq") == 6) {
                held.add(entry);
                return;
            }
            socket.writeTextMessage(entry.encode());
            if (entry.getInteger("seq") == 7) {
                socket.writeTextMessage(held.get(0).encode());
            }
        };

        BenchReport report = run(plan());

        assertThat(report.disorders()).isEqualTo(3);
        assertThat(report.lost()).isZero();
        assertThat(report.duplicates()).isZero();
    }

    @Test
    void closed_loop_goes_on_after_a_lost_message_and_reports_it() throws Exception {
        server.delivery = (socket, entry) -> {
            if (entry.getInteger("seq") != 5) {
                socket.writeTextMessage(entry.encode());
            }
        };

        BenchReport report = run(plan().withLoad(new BenchPlan.Closed(1, 64)).withPhases(0, 2 * LONG_MS, DRAIN_MS));

        assertThat(report.lost()).isEqualTo(3);
        assertThat(report.acked()).isGreaterThan(10);
    }

    @Test
    void refusals_are_counted_by_their_reason() throws Exception {
        server.answer("chat", frame -> FakeServer.rateLimited(10));

        BenchReport report = run(plan());

        assertThat(report.refusals()).containsExactly(Map.entry("rate_limited user/burst", report.sent()));
        assertThat(report.unanswered()).isZero();
        assertThat(report.acked()).isZero();
        assertThat(report.sound()).isFalse();
    }

    @Test
    void partly_refused_messages_are_not_sound() throws Exception {
        server.instead = (socket, frame) -> {
            if (frame.getString("type").equals("chat") && users.remove("refuse one")) {
                socket.writeTextMessage(new JsonObject()
                        .put("type", "error")
                        .put("id", frame.getString("id"))
                        .put("reason", "unavailable")
                        .encode());
                return true;
            }
            return false;
        };
        users.add("refuse one");

        BenchReport report = run(plan());

        assertThat(report.acked()).isPositive();
        assertThat(report.refusals()).containsExactly(Map.entry("error unavailable", 1L));
        assertThat(report.sound()).isFalse();
        assertThat(report.toText()).contains("not sound: messages refused or unanswered");
    }

    @Test
    void unanswered_messages_are_not_sound() throws Exception {
        server.instead = (socket, frame) ->
                frame.getString("type").equals("chat") && users.add("swallowed") && users.size() > 10;

        BenchReport report = run(plan().withPhases(100, 300, FULL_DRAIN_MS));

        assertThat(report.acked()).isPositive();
        assertThat(report.lost()).isZero();
        assertThat(report.unanswered()).isPositive();
        assertThat(report.sound()).isFalse();
    }

    @Test
    void window_without_deliveries_is_not_sound() throws Exception {
        BenchReport report = run(plan().withLoad(new BenchPlan.Open(0.01, 64)).withPhases(50, 100, 100));

        assertThat(report.joined()).isEqualTo(3);
        assertThat(report.delivery().count()).isZero();
        assertThat(report.sound()).isFalse();
        assertThat(report.toText()).contains("nothing delivered in the measured time");
    }

    @Test
    void disconnected_member_is_reported_with_its_close_code() throws Exception {
        AtomicInteger chats = new AtomicInteger();
        server.instead = (socket, frame) -> {
            if (frame.getString("type").equals("chat") && chats.incrementAndGet() == 5) {
                socket.close((short) 1013);
                return true;
            }
            return false;
        };

        BenchReport report = run(plan().withPhases(100, 300, FULL_DRAIN_MS));

        assertThat(report.cuts()).containsExactly(Map.entry("closed 1013", 1L));
        assertThat(report.toText()).contains("not sound: connections cut").doesNotContain("promises broken");
        assertThat(report.sound()).isFalse();
        assertThat(report.unanswered())
                .as("the message that closed it, and those sent before it noticed")
                .isPositive();
    }

    @Test
    void member_that_fails_to_authenticate_counts_as_refused() throws Exception {
        server.insteadOfWelcome = socket -> {
            socket.writeTextMessage("{\"type\":\"auth_failure\",\"reason\":\"invalid_token\"}");
            socket.close((short) 1008);
            return true;
        };

        BenchReport report = run(plan());

        assertThat(report.joined()).isZero();
        assertThat(report.toText()).contains("members missing").doesNotContain("messages refused");
        assertThat(report.refusals()).containsExactly(Map.entry("auth_failure invalid_token", 3L));
        assertThat(report.sound()).isFalse();
    }

    @Test
    void unreachable_server_ends_the_run_with_a_report() throws Exception {
        server.close();
        BenchReport report = run(plan());

        assertThat(report.refusals()).containsExactly(Map.entry("connection refused", 3L));
    }

    @Test
    void wait_behind_a_stalled_server_counts_as_latency() throws Exception {
        List<Runnable> held = new ArrayList<>();
        server.delivery = (socket, entry) -> {
            if (entry.getInteger("seq") >= 10 && entry.getInteger("seq") < 20) {
                held.add(() -> socket.writeTextMessage(entry.encode()));
            } else {
                held.forEach(Runnable::run);
                held.clear();
                socket.writeTextMessage(entry.encode());
            }
        };

        BenchReport report = run(plan());

        // At 100 a second the first of ten held messages waits for a tenth of a second.
        assertThat(report.delivery().max()).isGreaterThanOrEqualTo(90.0);
        assertThat(report.delivery().p50()).isLessThan(report.delivery().max());
        assertThat(report.sound()).isTrue();
    }

    @Test
    void room_spreads_over_all_addresses_and_deliveries_across_are_counted() throws Exception {
        BenchReport report = run(plan(List.of(server.url(), server.url())).withPopulation(2, 4, 1));

        assertThat(report.sound()).isTrue();
        assertThat(report.delivery().count()).isPositive();
        assertThat(report.across().count())
                .as("two of four members came by the other address")
                .isEqualTo(report.delivery().count() / 2);
        assertThat(report.toText()).contains("across");
    }

    @Test
    void run_with_one_address_has_no_deliveries_across() throws Exception {
        assertThat(run(plan()).across().count()).isZero();
    }

    private BenchPlan plan() {
        return plan(List.of(server.url()));
    }

    private static BenchPlan plan(List<String> urls) {
        return BenchPlan.against(urls)
                .withPopulation(1, 3, 1)
                .withLoad(new BenchPlan.Open(100, 64))
                .withPhases(100, 300, DRAIN_MS);
    }

    private BenchReport run(BenchPlan plan) throws Exception {
        return BenchRun.run(
                        vertx,
                        plan,
                        new WebSocketClientOptions(),
                        (user, rooms) -> {
                            users.add(user + " " + rooms);
                            return "token";
                        },
                        progress -> {})
                .await(60, TimeUnit.SECONDS);
    }
}
