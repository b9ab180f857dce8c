package dev.portcullis.auth.account;

import dev.portcullis.store.rows.MemoryRowStore;
import dev.portcullis.store.rows.RowStore;
import java.util.List;

class MemoryAccountStoreTest extends AccountStoreContract {
    private final MemoryRowStore rows = new MemoryRowStore(System::currentTimeMillis);

    @Override
    RowStore rows() {
        return rows;
    }

    @Override
    void clear() {
        rows.forget(row -> true);
    }

    @Override
    List<String> keysOf(String table) {
        return rows.keysOf(table);
    }
}
