package dev.portcullis.audit.chain;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.config.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Others may write in the files: no line of theirs hides one of the node. */
class ChainReaderTest {
    private static final String ABSURD = "9999999999999999";

    @TempDir
    Path folder;

    private long last;

    private void write(int events, long rotateBytes) throws IOException {
        last = WrittenChain.write(folder, events, rotateBytes).n();
    }

    private ChainReader reader() {
        return new ChainReader(folder, WrittenChain.NAME, () -> last);
    }

    private Path newest() throws IOException {
        List<ChainFile> files = ChainFile.all(folder, WrittenChain.NAME);
        return files.get(files.size() - 1).path();
    }

    private List<String> lines() throws IOException {
        return new ArrayList<>(Files.readAllLines(newest(), ISO_8859_1));
    }

    private void rewrite(List<String> lines) throws IOException {
        Files.write(newest(), lines, ISO_8859_1);
    }

    private static String forged(String n, String rest) {
        return WrittenChain.forged("{\"n\":" + n + ",\"prev\":\"" + "0".repeat(64) + "\"" + rest);
    }

    /** The numbers of the lines in all pages, in which 0 stands for a damaged one. */
    private List<Long> read(int limit) throws IOException {
        List<Long> numbers = new ArrayList<>();
        ChainReader.Page page = reader().read(0, limit, Long.MAX_VALUE);
        numbers(page, numbers);
        while (page.more()) {
            assertThat(page.next()).isLessThanOrEqualTo(last);
            page = reader().read(page.next(), limit, Long.MAX_VALUE);
            numbers(page, numbers);
        }
        return numbers;
    }

    private static void numbers(ChainReader.Page page, List<Long> to) throws IOException {
        for (Optional<byte[]> line : page.lines()) {
            to.add(line.isEmpty() ? 0 : numberIn(line.get()));
        }
    }

    private static long numberIn(byte[] line) throws IOException {
        return Json.parseWithoutComments(new String(line, US_ASCII)) instanceof Map<?, ?> fields
                        && fields.get("n") instanceof Long n
                ? n
                : -1;
    }

    private List<Long> all() {
        return LongStream.rangeClosed(1, last).boxed().toList();
    }

    private List<Long> allBut(long damaged) {
        return all().stream().map(n -> n == damaged ? 0 : n).toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 1_000})
    void untouched_lines_are_read_in_pages(int limit) throws IOException {
        write(60, 6_000);

        assertThat(ChainFile.all(folder, WrittenChain.NAME)).hasSizeGreaterThan(2);
        assertThat(read(limit)).isEqualTo(all());
    }

    @ParameterizedTest
    @CsvSource({"9999999999999999, 1", "9999999999999999, 3", "20, 1", "20, 3", "1, 1", "1, 1000", "0, 1", "x, 1"})
    void number_of_a_forged_line_hides_no_other_line(String number, int limit) throws IOException {
        write(25, WrittenChain.LARGE);
        for (int at : new int[] {0, 9, (int) last - 1}) {
            List<String> lines = lines();
            String own = lines.set(at, forged(number, ",\"event\":\"x\""));
            rewrite(lines);
            List<Long> expected = number.equals(String.valueOf(at + 1)) ? all() : allBut(at + 1);
            assertThat(read(limit)).as("line %d", at + 1).isEqualTo(expected);
            lines.set(at, own);
            rewrite(lines);
        }
        assertThat(read(limit)).isEqualTo(all());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ",\"event\":\"x\" oops",
                ",\"event\":\"x\",\"event\":\"y\"",
                ",\"event\":\"\u00e4\"",
                ",\"event\":\"\u0001\"",
                "} {\"a\":1"
            })
    void line_that_is_no_json_in_ascii_is_damaged_though_its_hash_fits(String rest) throws IOException {
        write(25, WrittenChain.LARGE);
        List<String> lines = lines();
        lines.set(9, forged("10", rest));
        rewrite(lines);

        assertThat(read(4)).isEqualTo(allBut(10));
    }

    @Test
    void two_forged_lines_that_speak_for_each_other_reach_no_further_than_what_is_written() throws IOException {
        write(25, WrittenChain.LARGE);
        List<String> lines = lines();
        lines.set(8, forged("9999999999999998", ""));
        lines.set(9, forged(ABSURD, ""));
        rewrite(lines);

        assertThat(read(1))
                .isEqualTo(allBut(9).stream().map(n -> n == 10 ? 0 : n).toList());
    }

    @Test
    void inserted_and_removed_lines_hide_no_other_line() throws IOException {
        write(25, WrittenChain.LARGE);
        List<String> lines = lines();
        lines.remove(15);
        lines.add(5, forged(ABSURD, ""));
        rewrite(lines);

        assertThat(read(1_000).stream().filter(n -> n > 0))
                .containsExactlyElementsOf(all().stream().filter(n -> n != 16).toList());
        assertThat(read(1).stream().filter(n -> n > 0))
                .containsExactlyElementsOf(all().stream().filter(n -> n != 16).toList());
    }

    @Test
    void lines_and_files_behind_the_last_written_line_are_not_read() throws IOException {
        write(25, WrittenChain.LARGE);
        Files.writeString(newest(), forged(String.valueOf(last + 1), "") + "\n", StandardOpenOption.APPEND);
        ChainFile planted = ChainFile.in(folder, WrittenChain.NAME, Long.parseLong(ABSURD));
        Files.writeString(planted.path(), forged(ABSURD, "") + "\n");

        ChainReader.Page page = reader().read(0, 1_000, Long.MAX_VALUE);

        assertThat(page.lines()).hasSize((int) last);
        assertThat(page.next()).isEqualTo(last);
    }

    /** Far lines are found by the numbers of lines in between. */
    @ParameterizedTest
    @ValueSource(strings = {"1", "9999999999999999", "1500"})
    void forged_numbers_do_not_mislead_the_search_in_a_long_file(String number) throws IOException {
        write(3_000, WrittenChain.LARGE);
        assertThat(Files.size(newest())).isGreaterThan(1_000_000);
        List<String> lines = lines();
        for (int at = 100; at < lines.size(); at += 100) {
            lines.set(at, forged(number, ""));
        }
        rewrite(lines);

        for (long after = 0; after + 2 < last; after += 97) {
            List<Long> found = new ArrayList<>();
            ChainReader.Page page = reader().read(after, 2, Long.MAX_VALUE);
            numbers(page, found);
            assertThat(found).containsExactly(expected(after + 1, number), expected(after + 2, number));
            assertThat(page.next()).isEqualTo(after + 2);
        }
    }

    private static long expected(long n, String forged) {
        boolean isForged = n > 1 && n % 100 == 1;
        return isForged && n != Long.parseLong(forged) ? 0 : n;
    }
}
