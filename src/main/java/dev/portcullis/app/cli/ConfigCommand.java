package dev.portcullis.app.cli;

import dev.portcullis.app.config.CertificateValidity;
import dev.portcullis.app.config.ExposureWarnings;
import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.app.config.NodeConfigReader;
import dev.portcullis.app.config.WritableFolders;
import dev.portcullis.archive.ArchiveConfig;
import dev.portcullis.archive.postgres.PostgresArchive;
import dev.portcullis.archive.postgres.PostgresConfig;
import dev.portcullis.config.EffectiveValues;
import dev.portcullis.config.Problem;
import dev.portcullis.config.ReferencePage;
import dev.portcullis.config.text.EscapedText;
import dev.portcullis.store.redis.AckSafety;
import dev.portcullis.store.redis.RedisStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code config}: what a configuration says, and what is wrong with it. */
@Command(
        name = "config",
        description = "Checks, prints and explains configurations.",
        synopsisSubcommandLabel = "COMMAND")
public final class ConfigCommand extends CommandGroup {
    private static final int CONNECT_SECONDS = 30;

    public ConfigCommand(Map<String, String> environment) {
        super(environment);
    }

    @Command(
            name = "check",
            description = "Prints every problem of a configuration with its fix, and each folder that this user can't"
                    + " write to; without problems, what it leaves open"
                    + " and which certificates are not valid now.")
    int check(
            @Mixin ConfigOptions config,
            @Option(
                            names = "--connect",
                            description =
                                    "Also asks the Redis of the configuration whether acknowledged messages survive"
                                            + " the death of one of its machines, and the PostgreSQL of its archive"
                                            + " whether it can be used.")
                    boolean connect)
            throws Exception {
        return config.run(environment(), out(), valid -> {
            List<Problem> unwritable = WritableFolders.problems(valid.value());
            if (!unwritable.isEmpty()) {
                unwritable.forEach(out()::println);
                return CommandLine.ExitCode.SOFTWARE;
            }
            out().println("ok: " + valid.settings().size() + " settings");
            valid.withoutEffect().forEach(removed -> out().println("warning: " + removed));
            ExposureWarnings.of(valid.value())
                    .openings()
                    .forEach(open -> out().println("left open: " + open.what() + " (" + open.key() + ")"));
            CertificateValidity.lines(valid.value(), Instant.now()).forEach(line -> out().println("warning: " + line));
            return connect ? connect(valid.value()) : CommandLine.ExitCode.OK;
        });
    }

    private int connect(NodeConfig config) throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            int store = config.usesRedis() ? checkRedis(vertx, config) : checkEmbedded(config);
            int archive = config.archive().kind() == ArchiveConfig.Kind.POSTGRES
                    ? checkArchive(vertx, config.postgres())
                    : CommandLine.ExitCode.OK;
            return Math.max(store, archive);
        } finally {
            vertx.close().await(CONNECT_SECONDS, TimeUnit.SECONDS);
        }
    }

    private int checkEmbedded(NodeConfig config) {
        out().println("store: the embedded one; what is acknowledged is on this machine alone, "
                + (config.store().fsync() ? "on its disk" : "and may not be on its disk yet (store.fsync)"));
        return CommandLine.ExitCode.OK;
    }

    private int checkRedis(Vertx vertx, NodeConfig config) throws Exception {
        return answer(
                "store",
                RedisStore.open(vertx, config.redis(), (operation, nanos) -> {})
                        .compose(RedisStore::ackSafety)
                        .map(this::told));
    }

    private int told(AckSafety safety) {
        safety.lines().forEach(line -> out().println("store: " + line));
        return safety.worth() == AckSafety.Worth.REFUSES ? CommandLine.ExitCode.SOFTWARE : CommandLine.ExitCode.OK;
    }

    private int checkArchive(Vertx vertx, PostgresConfig config) throws Exception {
        return answer("archive", PostgresArchive.ask(vertx, config).map(state -> {
            state.lines(config.connections()).forEach(line -> out().println("archive: " + line));
            return state.writable() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
        }));
    }

    /** The exit code of a check, or that of a failure, which is printed. */
    private int answer(String subject, Future<Integer> check) throws Exception {
        return check.otherwise(reason -> {
                    out().println(subject + ": " + EscapedText.of(String.valueOf(reason.getMessage())));
                    return CommandLine.ExitCode.SOFTWARE;
                })
                .await(CONNECT_SECONDS, TimeUnit.SECONDS);
    }

    @Command(name = "print", description = "Prints the effective values as JSON: defaults included, secrets redacted.")
    int print(@Mixin ConfigOptions config) throws Exception {
        return config.run(environment(), err(), valid -> {
            out().println(EffectiveValues.of(valid.settings()));
            return CommandLine.ExitCode.OK;
        });
    }

    @Command(
            name = "reference",
            description = "Prints the page that explains the keys that operators set, as Markdown.")
    int reference(
            @Option(names = "--advanced", description = "Prints the page of all other keys: bounds of the inside.")
                    boolean advanced) {
        return print(
                advanced
                        ? ReferencePage.advanced(NodeConfigReader::read)
                        : ReferencePage.basic(NodeConfigReader::read));
    }
}
