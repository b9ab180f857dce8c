package dev.portcullis.app.cli;

import dev.portcullis.app.backup.BackupWriter;
import dev.portcullis.app.backup.BackupWriter.Written;
import dev.portcullis.app.backup.StoppedNode;
import dev.portcullis.app.checkpoint.CheckpointFolders;
import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.app.node.StartupException;
import dev.portcullis.app.node.Version;
import dev.portcullis.config.Json;
import dev.portcullis.protocol.Result;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.ConnectException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One backup. The node makes a checkpoint, since no second process can open its store, and this process copies that: the node
 * itself writes nowhere. Where no node runs this process opens the store.
 */
final class BackupRun {
    private static final String CHECKPOINTS = "/admin/checkpoints";

    /** A little more than the node takes at the most. */
    private static final Duration MAKING = Duration.ofSeconds(310);

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long KEEP_SECONDS = 10;
    private static final int CREATED = 201;
    private static final int NO_CONTENT = 204;
    private static final int NOT_FOUND = 404;

    private final NodeConfig config;
    private final CheckpointFolders folders;
    private final PrintWriter err;
    private final OperatorClient node;

    /** What the node says of its checkpoint. A stranger may listen where the node does not, so no text of it is taken as it is. */
    private record Checkpoint(String id, Instant at, long tookMs) {
        /** It becomes a part of a path (CWE-22). */
        private static final Pattern ID = Pattern.compile("[0-9a-f]{32}");

        static @Nullable Checkpoint in(@Nullable Object answer) {
            try {
                return answer instanceof Map<?, ?> fields
                                && fields.get("checkpointId") instanceof String id
                                && ID.matcher(id).matches()
                                && fields.get("at") instanceof String at
                                && fields.get("tookMs") instanceof Long tookMs
                        ? new Checkpoint(id, Instant.parse(at), tookMs)
                        : null;
            } catch (DateTimeParseException none) {
                return null;
            }
        }
    }

    BackupRun(NodeConfig config, CheckpointFolders folders, PrintWriter err) {
        this.config = config;
        this.folders = folders;
        this.err = err;
        this.node = new OperatorClient(config);
    }

    /** @return one line for an operator */
    String into(Path folder) throws Exception {
        BackupWriter writer = BackupWriter.into(folder);
        boolean begun = false;
        try {
            HttpResponse<String> made;
            try {
                made = valueOf(node.call("POST", CHECKPOINTS, MAKING));
            } catch (ConnectException noNode) {
                begun = true;
                return ofStoppedNode(writer).line(folder) + "; the node is stopped";
            }
            Checkpoint checkpoint = made.statusCode() == CREATED ? Checkpoint.in(Json.parse(made.body())) : null;
            if (checkpoint == null) {
                throw new StartupException("the node at " + node.listener() + " answered " + made.statusCode() + "; "
                        + reasonOf(made.statusCode()));
            }
            begun = true;
            return copied(writer, checkpoint).line(folder) + "; the node made its checkpoint in " + checkpoint.tookMs
                    + " ms";
        } catch (IOException lost) {
            throw new StartupException("the node at " + node.listener() + " does not answer any more; look at its log");
        } finally {
            if (!begun) {
                writer.discard();
            }
        }
    }

    private Written copied(BackupWriter writer, Checkpoint checkpoint) throws Exception {
        AtomicBoolean kept = new AtomicBoolean(true);
        ScheduledExecutorService keeper = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "keep-checkpoint");
            thread.setDaemon(true);
            return thread;
        });
        boolean copied = false;
        try {
            var unused = keeper.scheduleAtFixedRate(
                    () -> keep(checkpoint.id, kept), KEEP_SECONDS, KEEP_SECONDS, TimeUnit.SECONDS);
            Path store = folders.storeOf(checkpoint.id);
            if (!Files.isReadable(store)) {
                throw new StartupException(
                        "the checkpoint of the node at " + node.listener() + " is not in " + store
                                + ", or not for this user; name the --config that the node runs with, and start this as its user");
            }
            Written written =
                    writer.write(store, folders.filesOf(checkpoint.id), checkpoint.at, Version.number(), kept::get);
            copied = true;
            return written;
        } finally {
            keeper.shutdownNow();
            if (!copied) {
                writer.discard();
            }
            end(checkpoint.id, copied);
        }
    }

    private void keep(String checkpoint, AtomicBoolean kept) {
        try {
            HttpResponse<String> answer = valueOf(node.call("PUT", CHECKPOINTS + "/" + checkpoint, PATIENCE));
            if (answer.statusCode() == NOT_FOUND) {
                kept.set(false);
            }
        } catch (IOException | StartupException later) {
            // the next one may succeed, and a file that is gone ends the copy
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    /** A backup is whole also if the node does not hear of it. */
    private void end(String checkpoint, boolean copied) throws InterruptedException {
        try {
            HttpResponse<String> answer =
                    valueOf(node.call("DELETE", CHECKPOINTS + "/" + checkpoint + "?copied=" + copied, PATIENCE));
            if (answer.statusCode() == NO_CONTENT || !copied) {
                return;
            }
        } catch (IOException | StartupException away) {
            if (!copied) {
                return;
            }
        }
        err.println("the node could not be told that the backup is whole; its metric and its audit log lack it");
    }

    private Written ofStoppedNode(BackupWriter writer) throws Exception {
        boolean copied = false;
        try (StoppedNode stopped =
                StoppedNode.open(config, folders, node.listener().toString())) {
            Written written = stopped.copy(writer, Version.number());
            copied = true;
            return written;
        } finally {
            if (!copied) {
                writer.discard();
            }
        }
    }

    private static String reasonOf(int status) {
        return switch (status) {
            case 401, 403 -> "its key is another one than that of this configuration";
            case 409 -> "another backup is under way, or one broke off within the last minute";
            case 404, 501 -> "it keeps nothing on its disk, or is of another release";
            default -> "look at its log";
        };
    }

    private static <T> T valueOf(Result<T, String> result) throws StartupException {
        if (result instanceof Result.Done<T, String> known) {
            return known.value();
        }
        throw new StartupException(result.fold(unused -> "", why -> why));
    }
}
