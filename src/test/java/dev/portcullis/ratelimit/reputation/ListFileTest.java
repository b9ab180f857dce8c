package dev.portcullis.ratelimit.reputation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.http.IpAddress;
import dev.portcullis.ratelimit.reputation.ListFile.Skipped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ListFileTest {
    @TempDir
    Path folder;

    private final List<Skipped> skipped = new ArrayList<>();
    private Path path;
    private ListFile list;
    private long written;

    @BeforeEach
    void open() {
        path = folder.resolve("bad.txt");
        list = new ListFile(path, 1_000, 10, skipped::add);
    }

    @Test
    void list_has_addresses_ranges_comments_and_empty_lines() throws Exception {
        write("\uFEFF# a feed\n\n192.0.2.1\r\n  198.51.100.0/24  # a network\n2001:db8::/32\n2001:db9::7#x\n");
        assertThat(list.refresh()).isEmpty();
        assertThat(list.table().size()).isEqualTo(4);
        assertThat(lists("192.0.2.1", "198.51.100.77", "2001:db8:1::1", "2001:db9::7"))
                .isTrue();
        assertThat(lists("192.0.2.2")).isFalse();
    }

    @Test
    void changed_file_is_read_again_and_an_unchanged_one_is_not() throws Exception {
        write("192.0.2.1\n");
        list.refresh();
        AddressTable before = list.table();
        assertThat(list.refresh()).isEmpty();
        assertThat(list.table()).isSameAs(before);
        write("192.0.2.2\n");
        assertThat(list.refresh()).isEmpty();
        assertThat(lists("192.0.2.1")).isFalse();
        assertThat(lists("192.0.2.2")).isTrue();
    }

    @Test
    void file_of_the_same_size_and_time_that_takes_its_place_is_read() throws Exception {
        write("192.0.2.1\n");
        list.refresh();
        FileTime time = Files.getLastModifiedTime(path);
        Path next = Files.writeString(folder.resolve("next.txt"), "192.0.2.2\n");
        Files.setLastModifiedTime(next, time);
        Files.move(next, path, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        list.refresh();
        assertThat(lists("192.0.2.2")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "example.com\n",
                "192.0.2.1\nexample.com", // of a line that goes on
                "192.0.2.1/33\n",
                "010.0.0.1\n",
                "10.0.0.1/8\n",
                "<html>404</html>",
                "",
                "\n\n",
                "# the head of a list, and no more\n",
                "198.51.100.1", // of 198.51.100.17
                "192.0.0.0/2", // of 192.0.0.0/24
                "2000::/3", // of 2000::/32
                "1.1.1.1\n1.1.1.2\n1.1.1.3\n1.1.1.4\n1.1.1.5\n1.1.1.6\n1.1.1.7\n1.1.1.8\n1.1.1.9\n1.1.1.10\n1.1.1.11\n"
            })
    void broken_file_leaves_the_last_good_list_in_force(String broken) throws Exception {
        write("198.51.100.7\n");
        list.refresh();
        write(broken);
        assertThat(list.refresh()).isPresent();
        assertThat(list.refresh()).as("asked again").isPresent();
        assertThat(lists("198.51.100.7")).isTrue();
        write("198.51.100.8\n");
        assertThat(list.refresh()).isEmpty();
        assertThat(lists("198.51.100.8")).isTrue();
    }

    @Test
    void file_without_a_line_break_at_its_end_is_used_if_nothing_can_be_missing() throws Exception {
        write("192.0.2.1");
        assertThat(list.refresh()).isEmpty();
        write("192.0.2.1\n192.0.2.2");
        assertThat(list.refresh()).isEmpty();
        write("192.0.2.1\n192.0.2");
        assertThat(list.refresh()).isPresent();
        write("192.0.2.1");
        assertThat(list.refresh())
                .hasValueSatisfying(why -> assertThat(why).contains("line 1").contains("end that line"));
        assertThat(lists("192.0.2.2")).isTrue();
        write("192.0.2.1\n");
        assertThat(list.refresh()).isEmpty();
        assertThat(lists("192.0.2.2")).isFalse();
        write("192.0.0.0/2\n");
        assertThat(list.refresh()).as("as wide as it says").isEmpty();
    }

    @Test
    void first_file_that_is_empty_is_no_list() throws Exception {
        write("");
        assertThat(list.refresh()).hasValue("has no entry");
        assertThat(list.wasRead()).isFalse();
        write("192.0.2.1\n");
        assertThat(list.refresh()).isEmpty();
        assertThat(list.wasRead()).isTrue();
    }

    @Test
    void missing_file_leaves_the_last_good_list_in_force() throws Exception {
        assertThat(list.refresh()).hasValue("is missing");
        write("198.51.100.7\n");
        assertThat(list.refresh()).isEmpty();
        Files.delete(path);
        assertThat(list.refresh()).hasValue("is missing");
        assertThat(lists("198.51.100.7")).isTrue();
    }

    @Test
    void file_that_is_too_long_or_no_text_is_not_used() throws Exception {
        write("#" + "x".repeat(1_000) + "\n");
        assertThat(list.refresh()).hasValueSatisfying(why -> assertThat(why).contains("reputation.fileBytes"));
        Files.write(path, new byte[] {(byte) 0xff, (byte) 0xfe, 1, 2});
        assertThat(list.refresh()).hasValue("is not UTF-8");
        Files.delete(path);
        Files.createDirectory(path);
        assertThat(list.refresh()).isPresent();
    }

    @Test
    void message_names_the_line_and_quotes_nothing_of_it() throws Exception {
        write("# a feed\nsecret words\n");
        assertThat(list.refresh())
                .hasValueSatisfying(why -> assertThat(why).contains("such as 2").doesNotContain("secret"));
    }

    /** A feed with one mistake would else keep out all that is new in it. */
    @Test
    void lines_that_are_no_entries_are_skipped_and_told_once_for_each_version() throws Exception {
        write("198.51.100.7\n");
        list.refresh();
        write("# a feed\n192.0.2.1\nexample.com\n10.0.0.1/8\n192.0.2.2\n");
        assertThat(list.refresh()).isEmpty();
        assertThat(list.refresh()).isEmpty();
        assertThat(lists("192.0.2.1", "192.0.2.2")).isTrue();
        assertThat(lists("198.51.100.7")).isFalse();
        assertThat(skipped).containsExactly(new Skipped(path, 2, 3));
        assertThat(list.skipped()).isEqualTo(2);
        write("192.0.2.1\n");
        assertThat(list.refresh()).isEmpty();
        assertThat(list.skipped()).isZero();
        assertThat(skipped).hasSize(1);
    }

    @Test
    void million_lines_are_read() throws Exception {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 1_000_000; i++) {
            lines.append((i >> 16) & 255)
                    .append('.')
                    .append((i >> 8) & 255)
                    .append('.')
                    .append(i & 255)
                    .append(".7\n");
        }
        write(lines.toString());
        ListFile large = new ListFile(path, 64 << 20, 2_000_000, skipped::add);
        long begun = System.nanoTime();
        assertThat(large.refresh()).isEmpty();
        System.out.printf("%d ms for a million lines%n", (System.nanoTime() - begun) / 1_000_000);
        assertThat(large.table().size()).isEqualTo(1_000_000);
    }

    /** Each version has a time of its own, also on a file system that counts seconds. */
    private void write(String text) throws IOException {
        Files.writeString(path, text);
        written += 2_000;
        Files.setLastModifiedTime(path, FileTime.fromMillis(1_780_000_000_000L + written));
    }

    private boolean lists(String... addresses) {
        for (String address : addresses) {
            if (!list.table().contains(IpAddress.parse(address).orElseThrow())) {
                return false;
            }
        }
        return true;
    }
}
