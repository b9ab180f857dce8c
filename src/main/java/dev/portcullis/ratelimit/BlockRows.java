package dev.portcullis.ratelimit;

import dev.portcullis.config.Live;
import dev.portcullis.protocol.ClientAction;
import dev.portcullis.protocol.ClientActions;
import dev.portcullis.protocol.EventAction;
import dev.portcullis.protocol.UserId;
import dev.portcullis.ratelimit.LimitDecision.NewBlock;
import dev.portcullis.store.Lanes;
import dev.portcullis.store.rows.Partition;
import dev.portcullis.store.rows.ReadSet;
import dev.portcullis.store.rows.RowForm;
import dev.portcullis.store.rows.RowKey;
import dev.portcullis.store.rows.RowRange;
import dev.portcullis.store.rows.RowStep;
import dev.portcullis.store.rows.RowStore;
import dev.portcullis.store.rows.Rows.Row;
import dev.portcullis.store.rows.WriteSet;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Blocks as rows, in the order of their ends, so that a restart of a single node does not lift them. */
final class BlockRows {
    static final int LANE = Lanes.of("blocks");
    static final Partition ROWS = new Partition("blocks", "all");

    private static final RowForm<BlockRow> FORM = RowForm.of(BlockRow.class);
    private static final int SWEPT_AT_ONCE = 1_000;

    private final RowStore rows;
    private final Live<BlockRule> rule;
    private volatile String sweptTo = ""; // a scan would also pass the rows that were removed before

    /** @param action the blocked one; empty if the block covers the user */
    record BlockRow(UserId user, Optional<String> action, Block block) {
        /** An action that no longer exists is like an event that has no limit: its block covers nothing. */
        Optional<ClientAction> blockedAction() {
            return action.map(id -> ClientActions.of(id).orElseGet(() -> new EventAction(id)));
        }
    }

    BlockRows(RowStore rows, Live<BlockRule> rule) {
        this.rows = rows;
        this.rule = rule;
    }

    Future<Void> put(UserId user, List<NewBlock> newBlocks) {
        return rows.write(
                LANE,
                WriteSet.of(newBlocks.stream()
                        .map(each -> new BlockRow(user, each.action().map(ClientAction::id), each.block()))
                        .collect(Collectors.toMap(BlockRows::keyOf, row -> Optional.of(FORM.encode(row))))));
    }

    /** Blocks that are active, or still make the next one longer. The last one of a scope comes last. */
    Future<List<BlockRow>> remembered(long now) {
        RowRange all = ROWS.from(firstRemembered(now), Integer.MAX_VALUE);
        return rows.read(LANE, ReadSet.of(all))
                .map(found -> found.get(all).stream()
                        .map(row -> FORM.decode(row.value()))
                        .toList());
    }

    Future<Void> sweep(long now) {
        String before = firstRemembered(now);
        RowRange over = ROWS.between(sweptTo, before, SWEPT_AT_ONCE);
        return rows.change(LANE, ReadSet.of(over), found -> RowStep.done(found.get(over), removalOf(found.get(over))))
                .compose(removed -> {
                    boolean isLast = removed.size() < SWEPT_AT_ONCE;
                    sweptTo = isLast ? before : removed.get(removed.size() - 1).key();
                    return isLast ? Future.succeededFuture() : sweep(now);
                });
    }

    private static WriteSet removalOf(List<Row> over) {
        return WriteSet.of(
                over.stream().collect(Collectors.toMap(row -> ROWS.row(row.key()), row -> Optional.empty())));
    }

    private String firstRemembered(long now) {
        return RowKey.ordered(now - rule.get().forgetMs() + 1);
    }

    private static RowKey keyOf(BlockRow row) {
        return ROWS.row(RowKey.ordered(row.block.until()) + " " + row.user.value() + " " + row.action.orElse(""));
    }
}
