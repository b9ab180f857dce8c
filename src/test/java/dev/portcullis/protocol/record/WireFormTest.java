package dev.portcullis.protocol.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.sun.management.ThreadMXBean;
import dev.portcullis.kit.AnyValue;
import dev.portcullis.protocol.WireName;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WireFormTest {
    private static final int ROUNDS = 500;

    private enum Colour {
        RED,
        GREEN
    }

    private sealed interface Body {}

    @WireName("Ball")
    private record Ball(int radius) implements Body {}

    private sealed interface Solid extends Body {}

    @WireName("Cube")
    private record Cube(long edge, Colour colour) implements Solid {}

    @WireName("Nothing")
    private record Nothing() implements Solid {}

    @SuppressWarnings("ArrayRecordComponent")
    private record Everything(
            String text,
            boolean flag,
            int number,
            long large,
            byte[] bytes,
            Colour colour,
            Optional<String> maybe,
            Optional<Long> maybeLarge,
            List<Ball> balls,
            Set<String> words,
            Map<String, List<Cube>> cubes,
            Ball ball,
            Body body) {}

    @Test
    void encoded_value_is_decoded_unchanged() {
        long seed = System.nanoTime();
        AnyValue any = new AnyValue(seed);
        WireForm<Everything> form = WireForm.of(Everything.class);
        for (int i = 0; i < ROUNDS; i++) {
            Everything sent = any.of(Everything.class);
            assertThat(decoded(form.decode(form.encode(sent))))
                    .as("seed %d, round %d", seed, i)
                    .usingRecursiveComparison()
                    .isEqualTo(sent);
        }
    }

    @Test
    void outermost_type_may_be_sealed() {
        WireForm<Body> form = WireForm.of(Body.class);
        for (Body sent : List.of(new Ball(-1), new Cube(Long.MIN_VALUE, Colour.GREEN), new Nothing())) {
            assertThat(decoded(form.decode(form.encode(sent)))).isEqualTo(sent);
        }
    }

    /** A peer of another release, or a compromised one, must not break the connection of all others. */
    @Test
    void damaged_bytes_are_undecodable_or_another_value_and_never_an_exception() {
        long seed = System.nanoTime();
        AnyValue any = new AnyValue(seed);
        Random random = new Random(seed);
        WireForm<Everything> form = WireForm.of(Everything.class);
        for (int i = 0; i < ROUNDS; i++) {
            byte[] bytes = form.encode(any.of(Everything.class));
            for (int hit = 0; hit <= random.nextInt(3); hit++) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            assertThat(form.decode(bytes)).as("seed %d, round %d", seed, i).isNotNull();
        }
    }

    @Test
    void truncated_bytes_are_undecodable() {
        WireForm<Everything> form = WireForm.of(Everything.class);
        byte[] bytes = form.encode(new AnyValue(1).of(Everything.class));
        for (int length = 0; length < bytes.length; length++) {
            assertUndecodable(form.decode(Arrays.copyOf(bytes, length)));
        }
        assertUndecodable(form.decode(Arrays.copyOf(bytes, bytes.length + 1)));
    }

    private record Texts(List<String> all) {}

    /** A length must be compared with the bytes left before memory is allocated for it (CWE-789). */
    @Test
    void length_beyond_the_end_is_undecodable() {
        for (byte[] length : List.of(
                new byte[] {-1, -1, -1, -1, 7}, new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, -1, 1}, new byte[] {9})) {
            byte[] bytes = new byte[5 + length.length];
            bytes[0] = WireForm.VERSION;
            bytes[4] = (byte) length.length;
            System.arraycopy(length, 0, bytes, 5, length.length);
            assertUndecodable(WireForm.of(Texts.class).decode(bytes));
        }
    }

    private record Hues(List<Colour> all) {}

    /** A million values are announced, and the first of them is malformed. */
    @Test
    void announced_size_allocates_no_memory_before_its_elements_are_read() {
        int count = 1 << 20;
        WireForm<Hues> form = WireForm.of(Hues.class);
        byte[] bytes = form.encode(new Hues(Collections.nCopies(count, Colour.RED)));
        bytes[bytes.length - count * (1 + Colour.RED.name().length()) + 1] = 'X';
        assertUndecodable(form.decode(bytes));
        long before = allocated();
        assertUndecodable(form.decode(bytes));
        assertThat(allocated() - before).isLessThan(count);
    }

    private static long allocated() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean())
                .getThreadAllocatedBytes(Thread.currentThread().getId());
    }

    @Test
    void another_version_is_undecodable() {
        byte[] bytes = WireForm.of(Ball.class).encode(new Ball(3));
        bytes[0]++;
        assertUndecodable(WireForm.of(Ball.class).decode(bytes));
    }

    // Records of one release and of the next.

    private record Before(String name) {}

    private record After(
            String name,
            boolean flag,
            long large,
            Optional<Ball> maybe,
            List<Ball> list,
            Set<String> set,
            Map<String, Ball> map) {}

    private record Wrong(String name, int number) {}

    private record OldPair(Before one, Before other) {}

    private record NewPair(After one, After other) {}

    @Test
    void components_appended_by_a_newer_sender_are_skipped() {
        After sent = new After("x", true, 7, Optional.of(new Ball(1)), List.of(), Set.of("s"), Map.of());
        byte[] bytes = WireForm.of(NewPair.class).encode(new NewPair(sent, sent));
        assertThat(decoded(WireForm.of(OldPair.class).decode(bytes)))
                .isEqualTo(new OldPair(new Before("x"), new Before("x")));
    }

    @Test
    void components_missing_from_an_older_sender_are_empty() {
        byte[] bytes = WireForm.of(OldPair.class).encode(new OldPair(new Before("x"), new Before("y")));
        assertThat(decoded(WireForm.of(NewPair.class).decode(bytes)))
                .isEqualTo(new NewPair(
                        new After("x", false, 0, Optional.empty(), List.of(), Set.of(), Map.of()),
                        new After("y", false, 0, Optional.empty(), List.of(), Set.of(), Map.of())));
    }

    @Test
    void component_without_an_empty_value_cannot_be_appended() {
        assertUndecodable(
                WireForm.of(Wrong.class).decode(WireForm.of(Before.class).encode(new Before("x"))));
    }

    private record Coloured(Colour colour) {}

    private record Word(String word) {}

    @Test
    void unknown_constant_is_undecodable() {
        WireForm<Coloured> form = WireForm.of(Coloured.class);
        WireForm<Word> words = WireForm.of(Word.class);
        assertThat(decoded(form.decode(words.encode(new Word("RED"))))).isEqualTo(new Coloured(Colour.RED));
        assertUndecodable(form.decode(words.encode(new Word("BLUE"))));
    }

    private record Holding(Body body) {}

    private record Named(String name, Ball ball) {}

    /** A name from the wire is looked up among the declared records, and never loaded as a class (CWE-502). */
    @Test
    void undeclared_record_name_is_undecodable() {
        WireForm<Holding> form = WireForm.of(Holding.class);
        WireForm<Named> names = WireForm.of(Named.class);
        assertThat(decoded(form.decode(names.encode(new Named("Ball", new Ball(4))))))
                .isEqualTo(new Holding(new Ball(4)));
        for (String name : List.of("Solid", "Named", "", Named.class.getName(), "java.util.ArrayList")) {
            assertUndecodable(form.decode(names.encode(new Named(name, new Ball(4)))));
        }
    }

    private enum Shade {
        @WireName("RED")
        CRIMSON,
        GREEN
    }

    private sealed interface Shaded {}

    @WireName("Ball")
    private record Globe(Shade shade) implements Shaded {}

    private record Carrying(Shaded shaded) {}

    private sealed interface Hued {}

    @WireName("Ball")
    private record Orb(Colour colour) implements Hued {}

    private record Bearing(Hued hued) {}

    @Test
    void renamed_record_or_constant_keeps_its_wire_name() {
        byte[] before = WireForm.of(Bearing.class).encode(new Bearing(new Orb(Colour.RED)));
        Carrying now = new Carrying(new Globe(Shade.CRIMSON));
        assertThat(WireForm.of(Carrying.class).encode(now)).isEqualTo(before);
        assertThat(decoded(WireForm.of(Carrying.class).decode(before))).isEqualTo(now);
    }

    record Strict(String text) {
        Strict {
            if (text.isEmpty()) {
                throw new IllegalArgumentException("empty");
            }
        }
    }

    @Test
    void value_refused_by_its_constructor_is_undecodable() {
        assertUndecodable(
                WireForm.of(Strict.class).decode(WireForm.of(Word.class).encode(new Word(""))));
    }

    private record Lists(List<? extends Body> any) {}

    private record Foreign(StringBuilder text) {}

    private record Endless(List<Endless> inner) {}

    private record Generic<T>(T value) {}

    private record Fraction(double value) {}

    private record Lettered(char letter) {}

    private sealed interface MissingWireName {}

    @SuppressWarnings("UnusedNestedClass") // permitted by the interface above
    private record WithoutWireName() implements MissingWireName {}

    @Test
    void unsupported_class_is_refused_when_its_form_is_built() {
        for (Class<?> type : List.of(
                Lists.class,
                Foreign.class,
                Endless.class,
                Generic.class,
                Fraction.class,
                Lettered.class,
                MissingWireName.class,
                Object.class)) {
            assertThatIllegalArgumentException().as(type.getSimpleName()).isThrownBy(() -> WireForm.of(type));
        }
    }

    private static <T> T decoded(Optional<T> value) {
        return value.orElseThrow(() -> new AssertionError("undecodable"));
    }

    private static void assertUndecodable(Optional<?> value) {
        assertThat(value).isEmpty();
    }
}
