package dev.portcullis.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.AmendRequest.Change;
import dev.portcullis.streams.AppendRequest.Message;
import dev.portcullis.streams.AppendResult.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

/** Random messages and amendments get the decision that the table in this test states. */
class AmendRequestTest {
    private static final StreamName ROOM = StreamName.room(new RoomId("lobby"));
    private static final List<UserId> USERS = List.of(new UserId("ann"), new UserId("ben"));
    private static final int ROUNDS = 20_000;

    @Test
    void random_amendments_are_decided_as_the_table_says() {
        Set<String> decisions = eachOf((amend, found) -> {
            MessageChange change = amend.decide(found).change().orElseThrow();
            assertThat(describe(change)).as("%s of %s", amend, found).isEqualTo(expected(amend, found));
            return amend.elsewhere().isPresent() + " " + describe(change).replaceAll(" at .*", "");
        });
        assertThat(decisions)
                .as("all that may happen did")
                .containsExactlyInAnyOrder(
                        "false changes the message",
                        "false NOT_FOUND",
                        "false NOT_AUTHOR",
                        "false TOO_OLD",
                        "false FULL",
                        "true changes the message",
                        "true changes nothing",
                        "true known",
                        "true NOT_FOUND");
    }

    @Test
    void amendment_is_an_entry_that_names_its_message_and_its_author_whatever_is_decided() {
        eachOf((amend, found) -> {
            AppendRequest append = amend.decide(found);
            assertThat(append.message()).contains(new Message("m", amend.by()));
            assertThat(append.state()).isEqualTo(EntryState.AMENDMENT);
            assertThat(append.deletes()).isEqualTo(amend.change() == Change.DELETE);
            return append;
        });
    }

    @Test
    void place_of_an_edit_in_another_stream_is_kept_and_none_of_a_deletion() {
        eachOf((amend, found) -> {
            Optional<Position> place = amend.elsewhere().flatMap(AmendRequest.Elsewhere::done);
            assertThat(amend.decide(found).change().orElseThrow().elsewhere())
                    .isEqualTo(amend.change() == Change.EDIT ? place : Optional.empty());
            return place;
        });
    }

    private static <T> Set<T> eachOf(BiFunction<AmendRequest, Optional<StoredMessage>, T> check) {
        long seed = Long.getLong("portcullis.seed", System.nanoTime());
        Random random = new Random(seed);
        Set<T> results = new HashSet<>();
        for (int round = 0; round < ROUNDS; round++) {
            AmendRequest amend = request(random);
            Optional<StoredMessage> found = random.nextInt(8) == 0 ? Optional.empty() : Optional.of(message(random));
            try {
                results.add(check.apply(amend, found));
            } catch (AssertionError failed) {
                throw new AssertionError("portcullis.seed=" + seed + " round " + round, failed);
            }
        }
        return results;
    }

    private static AmendRequest request(Random random) {
        AmendRequest own = new AmendRequest(
                new AppendRequest(
                        ROOM,
                        new StreamWindow(9, 9),
                        0,
                        new byte[0],
                        Optional.empty(),
                        Optional.empty(),
                        Long.MAX_VALUE),
                "m",
                USERS.get(random.nextInt(2)),
                random.nextInt(4) == 0,
                random.nextBoolean() ? Change.EDIT : Change.DELETE,
                random.nextInt(4),
                9,
                1 + random.nextInt(4));
        return switch (random.nextInt(4)) {
            case 0 -> own.asDecided(Optional.empty());
            case 1 -> own.asDone(place(random), Optional.empty());
            default -> own;
        };
    }

    private static StoredMessage message(Random random) {
        String body = random.nextInt(4) == 0 ? "\"type\":\"event\",\"x\":1}" : "\"type\":\"chat_message\"}";
        EntryState state = List.of(EntryState.MESSAGE, EntryState.EDITED, EntryState.DELETED)
                .get(random.nextInt(3));
        boolean amended = state != EntryState.MESSAGE;
        return new StoredMessage(
                new StreamEntry(ROOM, new Position("e", 1), 0, body.getBytes(StandardCharsets.UTF_8)),
                "m",
                USERS.get(random.nextInt(2)),
                state,
                random.nextInt(5),
                amended ? 2 + random.nextInt(5) : 0,
                random.nextInt(5),
                amended && random.nextBoolean() ? Optional.of(place(random)) : Optional.empty(),
                Optional.empty());
    }

    private static Position place(Random random) {
        return new Position(random.nextInt(4) == 0 ? "b" : "a", random.nextInt(5));
    }

    private static String describe(MessageChange change) {
        return change.refusal()
                .map(Refusal::name)
                .or(() -> change.knownAt().map(seq -> "known at " + seq))
                .or(() -> change.message().map(any -> "changes the message"))
                .orElse("changes nothing");
    }

    private static String expected(AmendRequest amend, Optional<StoredMessage> found) {
        boolean edit = amend.change() == Change.EDIT;
        if (amend.elsewhere().isEmpty()) {
            if (found.isEmpty()) {
                return "NOT_FOUND";
            }
            StoredMessage message = found.get();
            if (!amend.ofAnyAuthor() && !amend.by().equals(message.author())) {
                return "NOT_AUTHOR";
            }
            if (message.state() == EntryState.DELETED || (edit && isEvent(message))) {
                return "NOT_FOUND";
            }
            if (message.stored() < amend.notBefore()) {
                return "TOO_OLD";
            }
            return edit && message.edits() >= amend.mostEdits() ? "FULL" : "changes the message";
        }
        Optional<Position> place = amend.elsewhere().get().done();
        if (found.isEmpty()
                || (!amend.ofAnyAuthor() && !amend.by().equals(found.get().author()))) {
            return "changes nothing";
        }
        StoredMessage message = found.get();
        if (message.state() == EntryState.DELETED) {
            return edit && place.isEmpty() ? "NOT_FOUND" : "known at " + message.amendedBy();
        }
        if (edit && isEvent(message)) {
            return "changes nothing";
        }
        boolean overtaken = edit
                && place.isPresent()
                && message.elsewhere().isPresent()
                && place.get().seq() > 0
                && place.get().epoch().equals(message.elsewhere().get().epoch())
                && place.get().seq() < message.elsewhere().get().seq();
        return overtaken ? "known at " + message.amendedBy() : "changes the message";
    }

    private static boolean isEvent(StoredMessage message) {
        return new String(message.entry().body(), StandardCharsets.UTF_8).contains("event");
    }
}
