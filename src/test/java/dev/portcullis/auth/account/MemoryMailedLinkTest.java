package dev.portcullis.auth.account;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.auth.mail.LinkPurpose;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.rows.MemoryRowStore;
import dev.portcullis.store.rows.RowStore;
import org.junit.jupiter.api.Test;

class MemoryMailedLinkTest extends MailedLinkContract {
    private final MemoryRowStore rows = new MemoryRowStore(System::currentTimeMillis);

    @Override
    RowStore rows() {
        return rows;
    }

    /** The link and the account are rows of two lanes, which may be of two masters. */
    @Test
    void link_comes_back_when_the_password_could_not_be_set_by_it() throws Exception {
        register("Ann", ANN);
        links.askReset(ANN, HOME);
        String token = letter(LinkPurpose.RESET, 1).token().text();
        rows.failChangesOf(row -> row.table().equals("a"));
        assertThatThrownBy(() -> done(links.reset(token, OTHER))).isInstanceOf(StoreFailure.class);
        rows.failChangesOf(row -> false);
        assertThat(refusalOf(links.reset(token, OTHER))).isEmpty();
    }
}
