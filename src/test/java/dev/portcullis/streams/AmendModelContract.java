package dev.portcullis.streams;

import static dev.portcullis.streams.StreamStoreContract.LOBBY;
import static dev.portcullis.streams.StreamStoreContract.PLENTY;
import static dev.portcullis.streams.StreamStoreContract.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.AmendRequest.Change;
import dev.portcullis.streams.AppendRequest.Message;
import dev.portcullis.streams.AppendResult.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random messages, edits and deletions have the outcomes of a simple model, and leave what the model says. */
interface AmendModelContract {
    StreamWindow FEW = new StreamWindow(12, 10_000);
    List<UserId> USERS = List.of(new UserId("ann"), new UserId("ben"));
    int STEPS = 250;

    StreamStore streams();

    SettableClock clock();

    void reopen() throws Exception;

    @Test
    default void random_amendments_have_the_outcomes_of_the_model() throws Exception {
        long seed = Long.getLong("portcullis.seed", System.nanoTime());
        Random random = new Random(seed);
        Model model = new Model();
        for (int step = 0; step < STEPS; step++) {
            String as = "portcullis.seed=" + seed + " step " + step;
            clock().pass(random.nextInt(1_500));
            if (step == STEPS / 2) {
                reopen();
            }
            long now = clock().getAsLong();
            UserId user = USERS.get(random.nextInt(2));
            int choice = random.nextInt(10);
            AppendRequest append = new AppendRequest(
                    LOBBY,
                    FEW,
                    now,
                    ("text " + step).getBytes(StandardCharsets.UTF_8),
                    Optional.of(user),
                    Optional.empty(),
                    now);
            if (choice < 3) {
                String id = "m" + model.head();
                await(streams().append(append.carrying(new Message(id, user))));
                model.append(new Row(now, EntryState.MESSAGE, id, user, "text " + step));
            } else if (choice == 3) {
                await(streams().append(append));
                model.append(new Row(now, EntryState.PLAIN, "", user, "text " + step));
            } else {
                String id = "m" + (model.head() - random.nextInt(16));
                AmendRequest amend = new AmendRequest(
                        append,
                        id,
                        user,
                        random.nextInt(3) == 0,
                        random.nextInt(3) == 0 ? Change.DELETE : Change.EDIT,
                        now - random.nextInt(12_000),
                        1 + random.nextInt(20),
                        Integer.MAX_VALUE);
                assertThat(describe(await(streams().amend(amend))))
                        .as(as)
                        .isEqualTo(model.amend(amend, now, "text " + step));
            }
            assertThat(await(streams().latest(LOBBY, Long.MAX_VALUE, PLENTY)).entries().stream()
                            .map(AmendContract::describe))
                    .as(as)
                    .containsExactlyElementsOf(model.latest(now));
        }
    }

    private static String describe(AppendResult result) {
        return result instanceof AppendResult.Stored
                ? "appended"
                : Map.of(
                                Refusal.NOT_FOUND, "not found",
                                Refusal.NOT_AUTHOR, "not author",
                                Refusal.TOO_OLD, "too old")
                        .getOrDefault(result, "" + result);
    }

    /** An entry of the model; {@code by} is the seq of its newest amendment. */
    final class Row {
        private final long stored;
        private final String id;
        private final UserId author;
        private String text;
        private EntryState state;
        private int by;

        Row(long stored, EntryState state, String id, UserId author, String text) {
            this.stored = stored;
            this.state = state;
            this.id = id;
            this.author = author;
            this.text = text;
        }
    }

    /** All entries of a stream, of which the newest are visible. */
    final class Model {
        private final List<Row> rows = new ArrayList<>();

        int head() {
            return rows.size();
        }

        void append(Row row) {
            rows.add(row);
        }

        String amend(AmendRequest amend, long now, String text) {
            for (int i = rows.size() - 1; i >= Math.max(firstVisible(now), rows.size() - amend.searched()); i--) {
                Row row = rows.get(i);
                if (row.state.isMessage() && row.id.equals(amend.messageId())) {
                    return amend(row, amend, now, text);
                }
            }
            return "not found";
        }

        private String amend(Row row, AmendRequest amend, long now, String text) {
            if (!amend.ofAnyAuthor() && !row.author.equals(amend.by())) {
                return "not author";
            }
            if (row.state == EntryState.DELETED) {
                return "not found";
            }
            if (row.stored < amend.notBefore()) {
                return "too old";
            }
            append(new Row(now, EntryState.AMENDMENT, amend.messageId(), amend.by(), text));
            if (amend.change() == Change.DELETE) {
                rows.stream().filter(each -> each.id.equals(row.id)).forEach(each -> each.text = text);
            }
            row.by = rows.size();
            row.state = amend.change() == Change.EDIT ? EntryState.EDITED : EntryState.DELETED;
            return "appended";
        }

        List<String> latest(long now) {
            List<String> all = new ArrayList<>();
            for (int i = firstVisible(now); i < rows.size(); i++) {
                Row row = rows.get(i);
                String amendment = row.by == 0 ? "" : " > " + row.by + " " + rows.get(row.by - 1).text;
                all.add((i + 1) + " " + row.state + " " + row.text + amendment);
            }
            return all;
        }

        private int firstVisible(long now) {
            int first = Math.max(0, rows.size() - FEW.entries());
            while (first < rows.size() && rows.get(first).stored < now - FEW.ageMs()) {
                first++;
            }
            return first;
        }
    }
}
