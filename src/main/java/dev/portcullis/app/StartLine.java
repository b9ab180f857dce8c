package dev.portcullis.app;

import dev.portcullis.bus.Stage;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The one line that a node prints once it is ready.
 *
 * @param http where it really listens, so without a port 0
 * @param admin likewise, for operators
 * @param storePath the embedded store's folder; none is a temporary one
 */
public record StartLine(
        String version,
        boolean tls,
        Listener http,
        Listener admin,
        Map<Stage, Integer> stages,
        Optional<String> storePath,
        LeftOpen open) {
    static StartLine of(String version, NodeConfig config, int httpPort, int adminPort) {
        return new StartLine(
                version,
                config.tls().certificate().isPresent(),
                new Listener(config.http().host(), httpPort),
                new Listener(config.admin().host(), adminPort),
                config.stages(),
                config.store().path(),
                LeftOpen.by(config));
    }

    public String text() {
        String line = "Portcullis " + version + " is ready at " + (tls ? "https://" : "http://") + http
                + " | operators: http://" + admin + " | stages: " + counts()
                + " | store: embedded, " + storePath.orElse("temporary") + " | " + openings();
        return line.replaceAll("[\\p{Cc}\\p{Cf}\\u2028\\u2029]+", " ");
    }

    private String counts() {
        return stages.entrySet().stream()
                .filter(each -> each.getValue() > 0)
                .map(each -> each.getKey().word() + " " + each.getValue())
                .collect(Collectors.joining(", "));
    }

    private String openings() {
        return open.words().isEmpty() ? "nothing left open" : "LEFT OPEN: " + String.join(", ", open.words());
    }
}
