package dev.portcullis.auth.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SessionRowTest {
    private static final UserId ANN = new UserId("ann");

    @Test
    void encoded_session_is_decoded() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 1_000; i++) {
            Session session = any(random);

            assertThat(SessionRow.decode(ANN, session.id(), rowOf(session)))
                    .as("seed %d, round %d", seed, i)
                    .contains(session);
        }
    }

    @Test
    void details_of_a_later_release_are_ignored() {
        assertThat(SessionRow.decode(ANN, "s", "1 7 9 n:1 {\"role\":\"admin\",\"node\":\"n\",\"new\":{\"a\":[1]}}"))
                .contains(session(Role.ADMIN));
    }

    @Test
    void unknown_role_is_read_as_member() {
        assertThat(SessionRow.decode(ANN, "s", "1 7 9 n:1 {\"role\":\"emperor\",\"node\":\"n\"}"))
                .contains(session(Role.MEMBER));
    }

    @Test
    void row_of_another_version_is_not_decoded() {
        for (String row : List.of("", "1", "0 77", "1 7 9 n:1", "1 7 9 n:1 garbage", "2 7 9 n:1 {}")) {
            assertThat(SessionRow.decode(ANN, "s", row)).as(row).isEmpty();
        }
    }

    private static Session session(Role role) {
        Sender sender = new Sender(ANN, Optional.empty(), role, List.of(), "s");
        return new Session(sender, "", "", 0, 0, 9, new SessionOwner("n", "n:1", 0), "", "", Optional.empty());
    }

    private static String rowOf(Session session) {
        return "1 7 " + session.expiresAt() + " " + session.owner().incarnation() + " " + SessionRow.details(session);
    }

    private static Session any(Random random) {
        Role role = List.of(Role.values()).get(random.nextInt(Role.values().length));
        Optional<String> name = random.nextBoolean() ? Optional.of(text(random)) : Optional.empty();
        List<String> rooms = IntStream.range(0, random.nextInt(4))
                .mapToObj(i -> text(random))
                .toList();
        return new Session(
                new Sender(ANN, name, role, rooms, "id" + random.nextInt()),
                text(random),
                text(random),
                time(random),
                time(random),
                time(random),
                new SessionOwner("host-" + random.nextInt(9), "host:" + random.nextInt(9), random.nextInt(64)),
                text(random),
                text(random),
                random.nextBoolean() ? Optional.of(text(random)) : Optional.empty());
    }

    private static long time(Random random) {
        return Math.floorMod(random.nextLong(), 10_000_000_000_000L);
    }

    /** Random text of characters that JSON or a script might mishandle. */
    private static String text(Random random) {
        return IntStream.range(0, random.nextInt(12))
                .mapToObj(i -> List.of(" ", "a", "\"", "\\", "\u0000", "\n", "é", "\ud83d\ude00", "}", "1 2 ")
                        .get(random.nextInt(10)))
                .collect(Collectors.joining());
    }
}
