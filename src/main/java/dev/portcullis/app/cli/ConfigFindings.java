package dev.portcullis.app.cli;

import dev.portcullis.app.config.CertificateValidity;
import dev.portcullis.app.config.ExposureWarnings;
import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.client.selfaudit.Grade;
import dev.portcullis.client.selfaudit.Probe;
import dev.portcullis.client.selfaudit.ProbeArea;
import dev.portcullis.client.selfaudit.ProbeOutcome;
import dev.portcullis.client.selfaudit.Standard;
import dev.portcullis.config.Loaded;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** What {@code config check} says of a configuration, as rows of the self-audit. */
final class ConfigFindings {
    private static final List<Standard> SHOWS = List.of(Standard.PCI_2_2, Standard.CSF_PR_PS, Standard.GDPR_25);

    /** Keys whose openings give everything away. */
    private static final Set<String> WORST =
            Set.of("auth.issuers", "accounts.secret", "admin.apiKey", "ratelimit.enabled", "csrf.require");

    private ConfigFindings() {}

    static List<Probe> of(Loaded<NodeConfig> config) {
        return config.fold(
                valid -> rows(valid.value()),
                invalid -> invalid.problems().stream()
                        .map(each -> row(each.path(), Grade.FAILURE, each.what(), each.fix()))
                        .toList());
    }

    private static List<Probe> rows(NodeConfig config) {
        List<Probe> found = Stream.concat(
                        ExposureWarnings.of(config).openings().stream()
                                .map(open -> row(
                                        open.key(),
                                        WORST.contains(open.key()) ? Grade.FAILURE : Grade.WARNING,
                                        "left open: " + open.what(),
                                        "Set " + open.key() + ", if this node is not for development.")),
                        CertificateValidity.lines(config, Instant.now()).stream()
                                .map(line -> row("certificates", Grade.WARNING, line, "Renew the certificate.")))
                .toList();
        return found.isEmpty()
                ? List.of(Probe.known(
                        "config.check",
                        ProbeArea.CONFIGURATION,
                        Grade.WARNING,
                        "the configuration leaves nothing open",
                        "",
                        SHOWS,
                        ProbeOutcome.passed("config check finds nothing")))
                : found;
    }

    private static Probe row(String key, Grade worst, String what, String fix) {
        return Probe.known(
                "config." + key,
                ProbeArea.CONFIGURATION,
                worst,
                "the configuration leaves nothing open",
                fix,
                SHOWS,
                ProbeOutcome.found(what));
    }
}
