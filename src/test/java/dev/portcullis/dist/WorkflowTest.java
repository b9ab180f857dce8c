package dev.portcullis.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the workflows of the repository may do, and whose code they run. */
class WorkflowTest {
    private static final Path FOLDER = Path.of(".github/workflows");
    private static final Pattern USES = Pattern.compile("(?m)^\\s*(?:- )?uses: (.*)$");

    /** A tag can be moved to another commit by who takes over the account of an action (CWE-829). */
    @Test
    void action_is_named_by_its_commit() throws IOException {
        for (Path workflow : workflows()) {
            assertThat(USES.matcher(Files.readString(workflow)).results().map(found -> found.group(1)))
                    .isNotEmpty()
                    .allMatch(action -> action.matches("[\\w./-]+@[0-9a-f]{40} # v\\d+[.]\\d+[.]\\d+"));
        }
    }

    @Test
    void token_of_a_workflow_reads_the_sources_alone_and_no_job_runs_without_end() throws IOException {
        for (Path workflow : workflows()) {
            Tree read = Tree.read(workflow);
            assertThat(read.value("permissions")).isEqualTo(Map.of("contents", "read"));
            for (String job : read.at("jobs").names()) {
                assertThat(read.at("jobs." + job).values())
                        .containsKey("timeout-minutes")
                        .doesNotContainKey("permissions");
            }
            assertThat(Files.readString(workflow))
                    .doesNotContain("pull_request_target", "secrets.")
                    .contains("persist-credentials: false");
        }
    }

    private static List<Path> workflows() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            List<Path> all = files.toList();
            assertThat(all).isNotEmpty();
            return all;
        }
    }
}
