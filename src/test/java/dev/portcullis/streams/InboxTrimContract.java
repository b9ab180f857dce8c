package dev.portcullis.streams;

import static dev.portcullis.streams.StreamStoreContract.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.AppendRequest.Backlog;
import dev.portcullis.streams.AppendRequest.IdempotencyKey;
import dev.portcullis.streams.AppendRequest.Message;
import dev.portcullis.streams.AppendResult.Refusal;
import dev.portcullis.streams.InboxStore.Delivery;
import dev.portcullis.streams.StreamStore.Bounds;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every store promises about an inbox that is full of what was not delivered: who loses an entry, what is left of it, and
 * who may write on.
 */
public abstract class InboxTrimContract extends InboxFixture {
    private static final Bounds ALL = new Bounds(10_000, Integer.MAX_VALUE);
    private static final int FULL = KEPT.entries();
    private static final UserId FRIEND = new UserId("friend");

    /** As shipped: a thousand entries, a hundred of one sender, and as many deletions. */
    private static final StreamWindow SHIPPED = new StreamWindow(1_000, KEPT.ageMs());

    private static final int SHIPPED_EACH = 100;

    private StreamWindow kept = KEPT;
    private int ids;

    /** The finding: accounts that were made for it push out what a friend wrote, and each other's, without a word. */
    @Test
    void strangers_push_out_no_message_of_a_user_to_whom_the_owner_has_written() throws Exception {
        write(BOB, FRIEND);
        String message = placed(FRIEND, 10);
        for (int account = 0; account < 100; account++) {
            for (int i = 0; i < 10; i++) {
                receive(new UserId("s" + account), 10);
            }
        }
        assertThat(await(opened.streams().find(StreamName.inbox(BOB), message, 1_000)))
                .isPresent();
        assertThat(live()).hasSize(FULL);
        assertThat(rows()).hasSizeLessThanOrEqualTo(6 * FULL);
    }

    /** The finding: twelve accounts delete what they have sent, and each deletion leaves a gap, until no stranger may leave one. */
    @ParameterizedTest
    @ValueSource(ints = {1, 10, 12, 100})
    void honest_strangers_write_on_beside_accounts_that_fill_the_inbox_and_delete_what_they_sent(int attackers)
            throws Exception {
        kept = SHIPPED;
        UserId earlier = new UserId("earlier");
        write(BOB, FRIEND);
        List<String> honest = new ArrayList<>(List.of(placed(FRIEND, SHIPPED_EACH)));
        honest.add(placed(earlier, SHIPPED_EACH));
        honest.add(placed(earlier, SHIPPED_EACH));
        Map<UserId, List<String>> sent = new LinkedHashMap<>();
        for (int i = 0; i < attackers; i++) {
            UserId attacker = new UserId("s" + i); // who gets an equal share at most
            sent.put(attacker, sendAtOnce(attacker, Math.min(SHIPPED_EACH, SHIPPED.entries() / (i + 1) + 1)));
        }
        for (Map.Entry<UserId, List<String>> each : sent.entrySet()) {
            deleteUntilRefused(each.getKey(), each.getValue());
        }

        for (UserId sender : List.of(earlier, new UserId("new"), FRIEND)) {
            honest.add(placed(sender, SHIPPED_EACH));
            honest.add(placed(sender, SHIPPED_EACH));
        }

        List<StreamEntry> rows = rows();
        String all = rows.stream()
                .map(row -> new String(row.body(), StandardCharsets.UTF_8))
                .collect(Collectors.joining());
        assertThat(honest).allSatisfy(message -> assertThat(all).contains("\"messageId\":\"" + message + "\""));
        assertThat(rows).hasSizeLessThanOrEqualTo(4 * SHIPPED.entries());
        Delivery delivery = await(opened.inboxes().open(READER, DEVICES));
        assertThat(delivery.gap() + rows.size()).as("all are told").isEqualTo(head().seq());
    }

    @Test
    void stranger_may_delete_little_of_what_they_filled_an_inbox_with_until_it_is_acknowledged() throws Exception {
        List<String> sent = new ArrayList<>();
        for (int i = 0; i < FULL; i++) {
            sent.add(placed(ANN, 100));
        }
        assertThat(delete(ANN, sent.get(5))).isInstanceOf(AppendResult.Stored.class);
        assertThat(delete(ANN, sent.get(6))).isEqualTo(Refusal.BACKLOG_FULL);
        placed(CAROL, 100);

        write(BOB, ANN);
        assertThat(delete(ANN, sent.get(6)))
                .as("a user to whom the owner has written")
                .isInstanceOf(AppendResult.Stored.class);
    }

    @Test
    void stranger_deletes_again_once_the_owner_has_acknowledged() throws Exception {
        List<String> sent = new ArrayList<>();
        for (int i = 0; i < FULL; i++) {
            sent.add(placed(ANN, 100));
        }
        delete(ANN, sent.get(5));
        acknowledge(head().seq());

        assertThat(delete(ANN, sent.get(6))).isInstanceOf(AppendResult.Stored.class);
        assertThat(delete(ANN, sent.get(7))).isInstanceOf(AppendResult.Stored.class);
    }

    @Test
    void stranger_with_most_entries_loses_the_oldest_and_a_gap_stays_in_its_place() throws Exception {
        for (int i = 0; i < 12; i++) {
            placed(ANN, 20);
        }
        for (int i = 0; i < 8; i++) {
            placed(CAROL, 20);
        }
        AppendResult.Stored stored = (AppendResult.Stored) receive(new UserId("dan"), 20);
        assertThat(stored.trimmed()).isEqualTo(1);
        assertThat(stored.entry().position().seq()).isEqualTo(21);
        List<StreamEntry> rows = rows();
        assertThat(rows)
                .extracting(each -> each.position().seq())
                .startsWith(1L, 2L)
                .hasSize(21);
        assertThat(rows.stream().filter(GapEntry::is)).hasSize(1).first().isSameAs(rows.get(0));
        assertThat(new String(EntryFrame.frame(rows.get(0)), StandardCharsets.UTF_8))
                .isEqualTo("{\"epoch\":\"" + rows.get(0).position().epoch()
                        + "\",\"seq\":1,\"type\":\"gap\",\"count\":1}");
        assertThat(await(opened.inboxes().open(READER, DEVICES)).gap())
                .as("it is told in its place")
                .isZero();
    }

    @Test
    void sender_who_lost_an_entry_is_restricted_until_the_recipient_has_acknowledged() throws Exception {
        for (int i = 0; i < FULL; i++) {
            placed(ANN, 100);
        }
        placed(CAROL, 100);
        reopen();
        assertThat(receive(ANN, 100)).isEqualTo(Refusal.BACKLOG_FULL);
        placed(CAROL, 100);
        acknowledge(1);
        assertThat(receive(ANN, 100)).as("the second gap").isEqualTo(Refusal.BACKLOG_FULL);
        acknowledge(4);
        placed(ANN, 100);
    }

    @Test
    void largest_stranger_is_refused_and_loses_nothing() throws Exception {
        for (int i = 0; i < FULL; i++) {
            placed(ANN, 100);
        }
        assertThat(receive(ANN, 100)).isEqualTo(Refusal.BACKLOG_FULL);
        assertThat(rows()).hasSize(FULL).noneMatch(GapEntry::is);
        acknowledge(1);
        placed(ANN, 100);
    }

    @Test
    void newcomers_do_not_push_each_other_out() throws Exception {
        for (int i = 0; i < FULL; i++) {
            placed(new UserId("s" + i), 100);
        }
        assertThat(receive(ANN, 100)).isEqualTo(Refusal.BACKLOG_FULL);
        assertThat(await(opened.inboxes().hasWritten(BOB, ANN))).isFalse();
        write(BOB, ANN);
        assertThat(await(opened.inboxes().hasWritten(BOB, ANN))).isTrue();
        assertThat(await(opened.inboxes().hasWritten(ANN, BOB)))
                .as("to them is not by them")
                .isFalse();
        placed(ANN, 100);
        assertThat(live()).hasSize(FULL);
    }

    @Test
    void known_sender_takes_the_place_of_another_known_one_only_where_there_is_no_stranger() throws Exception {
        write(BOB, ANN);
        write(BOB, CAROL);
        acknowledge(2);
        placed(new UserId("dan"), 100);
        for (int i = 0; i < FULL - 1; i++) {
            placed(ANN, 100);
        }
        placed(CAROL, 100);
        assertThat(live()).doesNotContainValue(new UserId("dan"));
        placed(CAROL, 100);
        assertThat(live().values().stream().filter(ANN::equals)).hasSize(FULL - 2);
        assertThat(receive(ANN, 100)).isEqualTo(Refusal.BACKLOG_FULL);
    }

    @Test
    void message_of_the_server_is_no_strangers_and_the_owners_own_is_never_refused() throws Exception {
        placed(UserId.SYSTEM, 100);
        for (int i = 0; i < FULL - 1; i++) {
            placed(ANN, 100);
        }
        for (int i = 0; i < 2 * FULL; i++) {
            assertThat(write(BOB, new UserId("friend" + i))).isInstanceOf(AppendResult.Stored.class);
        }
        assertThat(live()).containsValue(UserId.SYSTEM).doesNotContainValue(ANN).hasSize(FULL);
    }

    @Test
    void what_is_delivered_or_too_old_goes_first_and_leaves_no_gap() throws Exception {
        for (int i = 0; i < FULL; i++) {
            placed(ANN, 100);
        }
        acknowledge(2);
        placed(CAROL, 100);
        placed(CAROL, 100);
        assertThat(rows()).hasSize(FULL).noneMatch(GapEntry::is);
        clock.pass(KEPT.ageMs() + 1);
        for (int i = 0; i < FULL; i++) {
            placed(CAROL, 100);
        }
        assertThat(rows()).hasSize(FULL).noneMatch(GapEntry::is);
    }

    @Test
    void stranger_who_is_written_to_is_none_from_then_on_also_when_that_message_is_gone() throws Exception {
        write(BOB, FRIEND);
        for (int i = 0; i < 2 * FULL; i++) {
            acknowledge(head().seq());
            placed(CAROL, 100);
        }
        acknowledge(head().seq());
        reopen();
        placed(FRIEND, 100);
        for (int i = 0; i < 2 * FULL; i++) {
            receive(ANN, 100);
        }
        placed(FRIEND, 100);
        assertThat(live().values().stream().filter(FRIEND::equals)).hasSize(2);
    }

    /** One that is refused would tell the sender that another is blocked, or they themselves. */
    @Test
    void blocked_sender_is_refused_where_another_stranger_would_be() throws Exception {
        for (int i = 0; i < FULL; i++) {
            placed(new UserId("s" + i), 100);
        }
        block(ANN);
        assertThat(receive(ANN, 100)).isEqualTo(receive(CAROL, 100)).isEqualTo(Refusal.BACKLOG_FULL);
    }

    @Test
    void gaps_do_not_pile_up_before_an_entry_that_is_never_acknowledged() throws Exception {
        write(BOB, FRIEND);
        placed(FRIEND, 100);
        for (int i = 0; i < 10 * FULL; i++) {
            write(BOB, CAROL);
        }
        assertThat(rows()).hasSizeLessThanOrEqualTo(5 * FULL);
        assertThat(live()).hasSize(FULL);
        Delivery delivery = await(opened.inboxes().open(READER, DEVICES));
        long told = delivery.gap() + rows().stream().filter(GapEntry::is).count();
        assertThat(told + FULL).isEqualTo(delivery.head().seq());
    }

    /**
     * Whatever senders append and the reader acknowledges: a stranger's entry goes before that of a known sender, the number of
     * told gaps is that of the missing entries, the inbox has a bound, and no one loses an entry to a sender who has more.
     */
    @Test
    void rules_hold_whatever_is_appended_and_acknowledged() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Model model = new Model();
        Map<Long, UserId> before = Map.of();
        for (int step = 0; step < 1_200; step++) {
            String at = "seed " + seed + ", step " + step;
            int act = random.nextInt(100);
            Set<UserId> known = Set.copyOf(model.known); // a user to whom this step writes is a stranger until then
            UserId sender = new UserId("u" + Math.min(random.nextInt(30), random.nextInt(60)));
            if (act == 0) {
                long seq = random.nextInt((int) head().seq() + 1);
                model.acknowledged = Math.max(model.acknowledged, acknowledge(seq));
            } else if (act < 3) {
                model.known.add(sender);
                model.appended.put(placedAt(write(BOB, sender)), BOB);
            } else {
                UserId by = act < 6 ? UserId.SYSTEM : sender;
                AppendResult result = receive(by, 8);
                if (result instanceof AppendResult.Stored stored) {
                    model.appended.put(stored.entry().position().seq(), by);
                } else {
                    assertThat(result).as(at).isEqualTo(Refusal.BACKLOG_FULL);
                }
            }
            before = model.check(at, before, known);
        }
    }

    private final class Model {
        private final Set<UserId> known = new HashSet<>(Set.of(BOB, UserId.SYSTEM));
        private final Map<Long, UserId> appended = new HashMap<>();
        private long acknowledged;

        /** Returns what is left. */
        Map<Long, UserId> check(String at, Map<Long, UserId> before, Set<UserId> wereKnown) throws Exception {
            List<StreamEntry> rows = rows();
            Map<Long, UserId> now = live();
            assertThat(now.size()).as(at).isLessThanOrEqualTo(FULL);
            assertThat(rows.size()).as(at).isLessThanOrEqualTo(6 * FULL);
            now.forEach((seq, sender) -> assertThat(sender).as(at).isEqualTo(appended.get(seq)));

            before.forEach((seq, sender) -> {
                if (!now.containsKey(seq) && seq > acknowledged && wereKnown.contains(sender)) {
                    assertThat(now.values())
                            .as("%s: %s lost %d", at, sender, seq)
                            .allMatch(wereKnown::contains);
                }
            });

            Delivery delivery = await(opened.inboxes().open(READER, DEVICES));
            assertThat(delivery.acknowledged()).as(at).isEqualTo(acknowledged);
            long told = delivery.gap()
                    + rows.stream()
                            .filter(row -> row.position().seq() > delivery.owedAfter() && GapEntry.is(row))
                            .count();
            long missing = appended.keySet().stream()
                    .filter(seq -> seq > acknowledged && !now.containsKey(seq))
                    .count();
            assertThat(told).as(at).isEqualTo(missing);
            return now;
        }
    }

    private String placed(UserId from, int most) throws Exception {
        String id = "m" + (ids + 1);
        placedAt(receive(from, most));
        return id;
    }

    /** All at once; returns those that were not refused. */
    private List<String> sendAtOnce(UserId from, int messages) throws Exception {
        Map<String, Future<AppendResult>> results = new LinkedHashMap<>();
        for (int i = 0; i < messages; i++) {
            AppendRequest entry = entry(from, BOB).in(new Backlog(from, SHIPPED_EACH));
            results.put("m" + ids, opened.streams().append(entry));
        }
        List<String> sent = new ArrayList<>();
        for (Map.Entry<String, Future<AppendResult>> each : results.entrySet()) {
            if (await(each.getValue()) instanceof AppendResult.Stored) {
                sent.add(each.getKey());
            }
        }
        return sent;
    }

    private void deleteUntilRefused(UserId by, List<String> messages) throws Exception {
        for (String message : messages) {
            if (!(delete(by, message) instanceof AppendResult.Stored)) {
                return;
            }
        }
    }

    private AppendResult delete(UserId by, String message) throws Exception {
        AmendRequest deletion = new AmendRequest(
                        entry(by, BOB).in(new Backlog(by, 100)),
                        message,
                        by,
                        false,
                        AmendRequest.Change.DELETE,
                        Long.MIN_VALUE,
                        10_000,
                        Integer.MAX_VALUE)
                .asDecided(Optional.empty());
        return await(opened.streams().amend(deletion));
    }

    private static long placedAt(AppendResult result) {
        assertThat(result).isInstanceOf(AppendResult.Stored.class);
        return ((AppendResult.Stored) result).entry().position().seq();
    }

    private AppendResult receive(UserId from, int most) throws Exception {
        return await(opened.streams().append(entry(from, BOB).in(new Backlog(from, most))));
    }

    /** The copy of what the owner of the inbox writes. */
    private AppendResult write(UserId owner, UserId to) throws Exception {
        return await(opened.streams().append(entry(owner, to)));
    }

    private AppendRequest entry(UserId from, UserId to) {
        String id = "m" + ++ids;
        String body = "\"type\":\"chat_message\",\"recipientId\":\"" + to.value() + "\",\"messageId\":\"" + id
                + "\",\"userId\":\"" + from.value() + "\",\"content\":\"hello\"}";
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        IdempotencyKey key = new IdempotencyKey(from, "chat_message", id, bytes, id);
        return new AppendRequest(
                        BOBS, kept, clock.getAsLong(), bytes, Optional.empty(), Optional.of(key), Long.MAX_VALUE)
                .carrying(new Message(id, from));
    }

    private List<StreamEntry> rows() throws Exception {
        return await(opened.streams().after(BOBS, 0, ALL)).entries();
    }

    /** The senders of what is left, by seq. */
    private Map<Long, UserId> live() throws Exception {
        Map<Long, UserId> live = new HashMap<>();
        List<StreamEntry> rows = new ArrayList<>(rows());
        rows.removeIf(GapEntry::is);
        for (StreamEntry row : rows) {
            String body = new String(row.body(), StandardCharsets.UTF_8);
            live.put(row.position().seq(), new UserId(body.replaceFirst(".*\"userId\":\"([^\"]+)\".*", "$1")));
        }
        return live;
    }
}
