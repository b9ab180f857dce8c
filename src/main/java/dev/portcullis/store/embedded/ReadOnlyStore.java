package dev.portcullis.store.embedded;

import dev.portcullis.config.text.RootCause;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.StoreOpenException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.DBOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WALRecoveryMode;

/** A store that is read where it lies, and whose files stay as they are. No process may write to it meanwhile. One thread uses it. */
public final class ReadOnlyStore implements TableSource, AutoCloseable {
    private static final int OPEN_FILES = 256;

    private final DBOptions options;
    private final RocksDB db;
    private final SnapshotReader reader;
    private final Map<String, Table> tables = new HashMap<>();

    private ReadOnlyStore(DBOptions options, RocksDB db, List<ColumnFamilyHandle> handles) throws RocksDBException {
        this.options = options;
        this.db = db;
        this.reader = SnapshotReader.latest(db);
        for (ColumnFamilyHandle handle : handles) {
            String name = new String(handle.getName(), StandardCharsets.UTF_8);
            tables.put(name, new Table(name, handle));
        }
    }

    /** @param logs a folder for what the engine logs, since the store's own may be on a medium that can't be written */
    public static ReadOnlyStore open(Path folder, Path logs) throws StoreOpenException {
        DBOptions options = null;
        try {
            RocksLibrary.load();
            options = new DBOptions()
                    .setMaxOpenFiles(OPEN_FILES)
                    .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
                    .setDbLogDir(logs.toString())
                    .setWalRecoveryMode(WALRecoveryMode.TolerateCorruptedTailRecords);
            List<ColumnFamilyHandle> handles = new ArrayList<>();
            RocksDB db = RocksDB.openReadOnly(options, folder.toString(), tablesOf(folder), handles);
            return new ReadOnlyStore(options, db, handles);
        } catch (RocksDBException | IOException failure) {
            if (options != null) {
                options.close();
            }
            throw new StoreOpenException("the store in " + folder + " can't be read: " + RootCause.of(failure));
        }
    }

    @Override
    public Table table(String name) {
        return Optional.ofNullable(tables.get(name))
                .orElseThrow(() -> new StoreFailure("the store has no table " + name));
    }

    public Reader reader() {
        return reader;
    }

    /** Reads every block of every table, and fails at the first whose checksum is wrong. */
    public void verifyChecksums() throws StoreOpenException {
        try {
            db.verifyChecksum();
        } catch (RocksDBException wrong) {
            throw new StoreOpenException("a table of the store is damaged: " + RootCause.of(wrong));
        }
    }

    @Override
    public void close() {
        reader.close();
        tables.values().forEach(table -> table.handle().close());
        db.close();
        options.close();
    }

    private static List<ColumnFamilyDescriptor> tablesOf(Path folder) throws RocksDBException {
        try (Options listing = new Options()) {
            return RocksDB.listColumnFamilies(listing, folder.toString()).stream()
                    .map(ColumnFamilyDescriptor::new)
                    .toList();
        }
    }
}
