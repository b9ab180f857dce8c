package dev.portcullis.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The lines of the Dockerfile that a test carries out where there is no Docker. */
record Dockerfile(String text) {
    private static final Pattern COPY = Pattern.compile("(?m)^COPY --from=unpacked (?:--chown=\\S+ )?(\\S+) (\\S+)$");
    private static final Pattern RUN = Pattern.compile("(?m)^RUN (.+)$");

    /** A folder of the first stage, and where it is in the image. */
    record Copied(String from, String to) {}

    static Dockerfile read() throws IOException {
        return new Dockerfile(Files.readString(Path.of("src/dist/docker/Dockerfile")));
    }

    /** The words of an instruction such as ENTRYPOINT, which is run without a shell. */
    List<String> words(String instruction) {
        Pattern line = Pattern.compile("(?m)^" + instruction + "(?: --\\S+)*(?: CMD)? (\\[.*])$");
        List<MatchResult> found = line.matcher(text).results().toList();
        assertThat(found).as(instruction).hasSize(1);
        return new JsonArray(found.get(0).group(1))
                .stream().map(String::valueOf).toList();
    }

    List<Copied> copied() {
        return COPY.matcher(text)
                .results()
                .map(found -> new Copied(found.group(1), found.group(2)))
                .toList();
    }

    List<String> run() {
        return RUN.matcher(text).results().map(found -> found.group(1)).toList();
    }
}
