package dev.portcullis.ratelimit.reputation;

import dev.portcullis.config.Section;
import dev.portcullis.protocol.LowerCaseId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The section {@code reputation}. */
public record ReputationConfig(
        Action action,
        List<Path> files,
        long reloadMs,
        long fileBytes,
        int entries,
        Optional<ReputationServiceConfig> service) {
    private static final Pattern PATH = Pattern.compile(".{1,1024}");
    private static final int MAX_FILES = 32;

    /** The reaction to a client at a listed address. */
    public enum Action implements LowerCaseId {
        /** It may not come in without a valid token. */
        REFUSE,
        /** It may; that is counted and logged. */
        OBSERVE
    }

    public static ReputationConfig read(Section reputation) {
        return new ReputationConfig(
                reputation.choice(
                        "action",
                        Action.REFUSE,
                        "refuse lets no client in from a listed address without a valid token; observe only counts and"
                                + " logs who comes from one"),
                files(reputation),
                reputation.millis("reloadMs", 5_000, 100, 3_600_000, "how often the files are looked at for changes"),
                reputation.number("fileBytes", 67_108_864L, 1, 1_073_741_824L, "the longest file that is read"),
                reputation.integer(
                        "entries",
                        2_000_000,
                        1,
                        20_000_000,
                        "the most addresses and ranges of a file: 8 bytes of memory for IPv4, 60 for IPv6"),
                ReputationServiceConfig.read(reputation.section("service")));
    }

    /** Whether anything is known of any address. */
    public boolean isOn() {
        return !files.isEmpty() || service.isPresent();
    }

    private static List<Path> files(Section reputation) {
        List<String> texts = reputation
                .basic()
                .texts(
                        "files",
                        List.of(),
                        PATH,
                        "absolute paths of lists, one address or CIDR range a line, comments after #; read again when they change");
        if (texts.size() > MAX_FILES) {
            reputation.problem("files", "has more than " + MAX_FILES + " entries", "put lists together");
        }
        if (texts.stream().anyMatch(text -> !text.startsWith("/"))) {
            reputation.problem("files", "holds a relative path", "an absolute path is needed");
        }
        List<Path> paths = new ArrayList<>();
        texts.stream().distinct().limit(MAX_FILES).map(Path::of).forEach(paths::add);
        return List.copyOf(paths);
    }
}
