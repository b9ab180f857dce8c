package dev.portcullis.client.selfaudit.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.client.selfaudit.LoadCheck;
import dev.portcullis.client.selfaudit.Probe;
import dev.portcullis.client.selfaudit.ProbeArea;
import dev.portcullis.client.selfaudit.Standard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** The rows of the self-audit, and its page, which has each of them. */
class SelfAuditPageTest {
    private static final Path PAGE = Path.of("src/docs/self-audit.md");
    private static final List<Probe> ROWS = Probes.all(new LoadCheck());

    @Test
    void page_has_the_rows_of_the_program_in_their_order() throws IOException {
        List<String> rows = ROWS.stream()
                .map(each -> "| `" + each.id() + "` | " + each.worst().id().toUpperCase(Locale.ROOT) + " | "
                        + each.title() + " |")
                .toList();
        List<String> page = Files.readAllLines(PAGE).stream()
                .filter(line -> line.matches("\\| `[a-z]+\\.[a-z_0-9]+` \\| (WARNING|FAILURE) .*"))
                .toList();
        assertThat(String.join("\n", page)).isEqualTo(String.join("\n", rows));
    }

    @Test
    void row_has_a_name_of_its_own_that_begins_with_its_area_or_a_part_of_it() {
        assertThat(ROWS)
                .extracting(Probe::id)
                .doesNotHaveDuplicates()
                .allMatch(id -> id.matches("[a-z]+\\.[a-z_0-9]+"));
        assertThat(ROWS).allSatisfy(row -> {
            assertThat(row.fix()).isNotBlank();
            assertThat(row.title()).isNotBlank();
            assertThat(row.area()).isNotEqualTo(ProbeArea.CONFIGURATION);
        });
    }

    @Test
    void row_of_a_standard_is_in_no_report_without_a_probe_behind_it() {
        List<Standard> shown =
                ROWS.stream().flatMap(row -> row.shows().stream()).distinct().toList();
        assertThat(Arrays.stream(Standard.values())
                        .filter(row -> !List.of(Standard.PCI_2_2, Standard.CSF_PR_PS, Standard.GDPR_25)
                                .contains(row))) // those of the configuration: ConfigFindings
                .allMatch(shown::contains);
    }
}
