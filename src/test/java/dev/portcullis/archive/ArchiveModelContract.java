package dev.portcullis.archive;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.AppendRequest.Message;
import dev.portcullis.streams.DirectConversation;
import dev.portcullis.streams.DirectConversation.Order;
import dev.portcullis.streams.EntryState;
import dev.portcullis.streams.Slice;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore.Bounds;
import dev.portcullis.streams.record.EntryRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Streams of random entries, which lose some of them, leave in an archive what the simplest archive has. */
interface ArchiveModelContract extends ArchiveFixture {
    int STEPS = 300;

    @Test
    default void random_streams_leave_what_the_model_has() throws Exception {
        long seed = Long.getLong("portcullis.seed", System.nanoTime());
        Random random = new Random(seed);
        ArchiveStore model = new MemoryArchive();
        List<RandomStream> streams =
                List.of(new RandomStream(StreamName.inbox(ArchiveSample.BOB), random), new RandomStream(LOBBY, random));
        for (int step = 0; step < STEPS; step++) {
            String as = "portcullis.seed=" + seed + " step " + step;
            if (random.nextInt(60) == 0) {
                reopen();
            }
            for (RandomStream stream : streams) {
                stream.change();
                for (ArchivePart part : stream.parts(position(model, stream.name))) {
                    assertThat(done(archive().add(List.of(part)))).as(as).isEqualTo(done(model.add(List.of(part))));
                }
                for (int read = 0; read < 3; read++) {
                    RandomRead of = stream.read();
                    assertThat(of.from(archive())).as(as + " " + of).isEqualTo(of.from(model));
                }
            }
        }
    }

    private static Position position(ArchiveStore of, StreamName stream) {
        return done(of.positions(List.of(stream))).get(0);
    }

    /** Questions about a stream. */
    record RandomRead(StreamName stream, long seq, Bounds bounds, UserId other, String messageId) {

        /** The answers of an archive as text. */
        List<String> from(ArchiveStore archive) {
            List<String> all = new ArrayList<>();
            all.add("at " + position(archive, stream));
            Slice after = done(archive.after(stream, seq, bounds));
            all.add("after " + after.head() + " " + after.exact() + " " + after.more() + " " + texts(after));
            var latest = done(archive.latest(stream, seq, bounds));
            all.add("latest " + latest.head() + " " + latest.more() + " " + ArchiveFixture.describe(latest));
            all.add("find "
                    + done(archive.find(stream, messageId))
                            .map(found -> found.id() + " " + found.author() + " " + found.state() + " "
                                    + found.entry().position() + " " + found.amendedBy() + " " + found.edits()));
            if (stream.isInbox()) {
                for (Order order : Order.values()) {
                    all.add(order + conversation(archive, order));
                }
            }
            return all;
        }

        private String conversation(ArchiveStore archive, Order order) {
            DirectConversation with = new DirectConversation(stream.inboxOwner(), other);
            var part = done(archive.conversation(new DirectConversation.Read(with, order, seq), bounds));
            List<String> entries = part.entries().stream()
                    .map(each -> order == Order.BEFORE
                            ? ArchiveSample.describe(each)
                            : each.entry().position() + " " + ArchiveSample.text(each.entry()))
                    .toList();
            return " " + part.head() + " " + part.cut() + " " + part.gap() + " " + entries;
        }

        private static List<String> texts(Slice slice) {
            return slice.entries().stream()
                    .map(entry -> entry.position() + " " + ArchiveSample.text(entry))
                    .toList();
        }
    }

    /** A stream that grows, loses its newest entries now and then, and is archived in parts, some of which lack rows. */
    final class RandomStream {
        private static final UserId CAROL = new UserId("carol");

        final StreamName name;
        private final Random random;
        private final List<EntryRow> rows = new ArrayList<>();
        private final List<ArchivePart> earlier = new ArrayList<>();
        private long shared = Long.MAX_VALUE;
        private int epoch;
        private int ids;

        RandomStream(StreamName name, Random random) {
            this.name = name;
            this.random = random;
        }

        /** Appends some entries, or loses some. */
        void change() {
            if (random.nextInt(15) == 0) {
                int kept = Math.max(0, rows.size() - random.nextInt(12));
                rows.subList(kept, rows.size()).clear();
                shared = Math.min(shared, kept);
                epoch++;
            }
            for (int i = random.nextInt(5); i > 0; i--) {
                append();
            }
        }

        /** Parts on their way to an archive with this position: the next one, or an earlier one once more. */
        List<ArchivePart> parts(Position from) {
            long first = Math.min(shared, from.seq());
            int last = rows.size() - (random.nextBoolean() ? 0 : random.nextInt(8));
            if (random.nextInt(3) == 0 && !earlier.isEmpty()) {
                return List.of(earlier.get(random.nextInt(earlier.size())));
            }
            if (last <= first || random.nextInt(3) == 0) {
                return List.of();
            }
            List<EntryRow> part = new ArrayList<>(
                    rows.subList((int) first, last).stream().map(this::now).toList());
            if (random.nextInt(6) == 0) {
                part.subList(0, random.nextInt(part.size())).clear();
            }
            if (random.nextInt(6) == 0) {
                part.subList(0, part.size() - 1).removeIf(any -> random.nextInt(4) == 0);
            }
            earlier.add(new ArchivePart(name, from, first, part));
            shared = Long.MAX_VALUE;
            return List.of(earlier.get(earlier.size() - 1));
        }

        RandomRead read() {
            int entries = random.nextBoolean() ? 1_000 : random.nextInt(12);
            int bytes = random.nextBoolean() ? 1 << 20 : random.nextInt(1_500);
            long seq = random.nextInt(8) == 0 ? Long.MAX_VALUE : random.nextInt(rows.size() + 3) - 1L;
            UserId other = random.nextBoolean() ? ArchiveSample.ANN : CAROL;
            return new RandomRead(name, seq, new Bounds(entries, bytes), other, "m" + random.nextInt(ids + 1));
        }

        /** The row as the stream has it now, or had it at its append. */
        private EntryRow now(EntryRow row) {
            Optional<String> id = AmendedMessage.idOf(row);
            if (id.isEmpty() || random.nextBoolean()) {
                return row;
            }
            return AmendedMessage.of(rows.stream()
                            .filter(each -> AmendedMessage.idOf(each).equals(id))
                            .toList())
                    .settled()
                    .rows()
                    .stream()
                    .filter(each -> each.entry().position().equals(row.entry().position()))
                    .findFirst()
                    .orElse(row);
        }

        private void append() {
            long seq = rows.size() + 1L;
            ArchiveSample sample = new ArchiveSample(name, "e" + epoch);
            UserId author = List.of(ArchiveSample.ANN, CAROL, ArchiveSample.BOB).get(random.nextInt(3));
            UserId recipient = author.equals(ArchiveSample.BOB) ? ArchiveSample.ANN : ArchiveSample.BOB;
            int kind = random.nextInt(10);
            if (kind == 0) {
                rows.add(sample.plain(seq, "plain " + seq));
            } else if (kind == 1 && name.isInbox()) {
                rows.add(sample.row(seq, EntryState.MESSAGE, 0, Optional.of(new Message("m", author)), "x")
                        .trimmed());
            } else if (kind < 6) {
                String id = "m" + ++ids;
                String body = body("chat_message", recipient, id, author, "text " + seq);
                rows.add(sample.row(seq, EntryState.MESSAGE, 0, Optional.of(new Message(id, author)), body));
            } else {
                messages().ifPresent(all -> {
                    EntryRow of = all.get(Math.max(0, all.size() - 1 - random.nextInt(6)));
                    amend(sample, seq, of.message().orElseThrow(), recipient);
                });
            }
        }

        private void amend(ArchiveSample sample, long seq, Message of, UserId recipient) {
            UserId to = of.author().equals(ArchiveSample.BOB) ? ArchiveSample.ANN : ArchiveSample.BOB;
            boolean deletes = random.nextInt(4) == 0 && !isDeleted(of.id()); // no stream has two deletions of a message
            String type = deletes ? "message_deleted" : "message_edited";
            String body = body(type, name.isInbox() ? to : recipient, of.id(), of.author(), "amended " + seq);
            rows.add(sample.row(seq, EntryState.AMENDMENT, 0, Optional.of(of), body));
        }

        private boolean isDeleted(String id) {
            return rows.stream()
                    .filter(row -> AmendedMessage.idOf(row).equals(Optional.of(id)))
                    .anyMatch(AmendedMessage::isDeletion);
        }

        private Optional<List<EntryRow>> messages() {
            List<EntryRow> messages =
                    rows.stream().filter(row -> row.state().isMessage()).toList();
            return messages.isEmpty() ? Optional.empty() : Optional.of(messages);
        }

        private static String body(String type, UserId to, String id, UserId from, String text) {
            return "\"type\":\"" + type + "\",\"recipientId\":\"" + to.value() + "\",\"messageId\":\"" + id
                    + "\",\"userId\":\"" + from.value() + "\",\"content\":\"" + text + "\"}";
        }
    }
}
