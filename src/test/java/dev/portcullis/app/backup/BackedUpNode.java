package dev.portcullis.app.backup;

import static dev.portcullis.kit.Await.done;

import dev.portcullis.app.backup.BackupWriter.Written;
import dev.portcullis.app.checkpoint.CheckpointFolders;
import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.app.config.NodeConfigReader;
import dev.portcullis.config.ConfigFile;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.rows.EmbeddedRowStore;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendResult;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamWindow;
import dev.portcullis.streams.embedded.EmbeddedStreamStore;
import dev.portcullis.uploads.disk.DiskFolder;
import dev.portcullis.uploads.ticket.FileId;
import dev.portcullis.uploads.ticket.TestShares;
import dev.portcullis.uploads.ticket.Upload;
import dev.portcullis.uploads.ticket.UploadStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a node keeps in a folder, while the node is stopped: entries of one room, and a file. */
record BackedUpNode(Path folder, NodeConfig config) {
    static final StreamName ROOM = StreamName.room(new RoomId("lobby"));
    static final String TEXT = "the text of a file";

    static BackedUpNode in(Path folder) {
        NodeConfig config = ConfigFile.load(
                        Path.of("conf/dev.json"),
                        List.of("store.path=" + folder.resolve("store"), "uploads.folder=" + folder.resolve("files")),
                        Map.of(),
                        NodeConfigReader::read)
                .fold(valid -> valid.value(), invalid -> {
                    throw new AssertionError(invalid.problems().toString());
                });
        return new BackedUpNode(folder, config);
    }

    CheckpointFolders folders() {
        return CheckpointFolders.of(config).orElseThrow();
    }

    EmbeddedStore open() throws Exception {
        return EmbeddedStore.open(folders().store(), config.store());
    }

    /** @return the position of the entry */
    AppendResult append(String body) throws Exception {
        try (EmbeddedStore store = open()) {
            EmbeddedStreamStore streams = done(EmbeddedStreamStore.open(store, System::currentTimeMillis));
            return done(streams.append(new AppendRequest(
                    ROOM,
                    new StreamWindow(1_000, 86_400_000),
                    0,
                    body.getBytes(StandardCharsets.UTF_8),
                    Optional.empty(),
                    Optional.empty(),
                    Long.MAX_VALUE)));
        }
    }

    /** Keeps a file, as the rows say too. */
    FileId upload() throws Exception {
        try (EmbeddedStore store = open();
                DiskFolder files = DiskFolder.open(folders().files().orElseThrow())) {
            UploadStore rows = new UploadStore(new EmbeddedRowStore(store, System::currentTimeMillis));
            Upload upload = TestShares.upload(new UserId("ann"), "a.txt", TEXT.length());
            done(rows.issue(upload, TestShares.quota(1_000, 10)));
            done(rows.take(upload.id(), upload.ticketHash(), 1, Long.MAX_VALUE, TestShares.quota(1_000, 10)));
            Path file = DiskFolder.kept(folders().files().orElseThrow(), upload.id());
            Files.createDirectories(file.getParent());
            Files.writeString(file, TEXT);
            done(rows.keep(upload.id(), 2, Long.MAX_VALUE));
            done(rows.bind(files.id().value()));
            return upload.id();
        }
    }

    Written backUp(Path into) throws Exception {
        BackupWriter writer = BackupWriter.into(into);
        try (StoppedNode stopped = StoppedNode.open(config, folders(), "localhost:1")) {
            return stopped.copy(writer, "1");
        }
    }
}
