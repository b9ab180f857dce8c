package dev.portcullis.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.TestNode;
import dev.portcullis.kit.ThreeNodes;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An operator who looks at all nodes through the dashboard of one. */
class DashboardClusterIT extends DashboardFixture {
    private static final int MANY = 120;

    private final List<JdkPeer> peers = new ArrayList<>();
    private final ThreeNodes cluster = new ThreeNodes("admin.apiKey=" + KEY);

    @Override
    TestNode startNode() {
        return cluster.node();
    }

    @Override
    void stopNode() {
        peers.forEach(JdkPeer::close);
        cluster.close();
    }

    @Test
    void operator_goes_from_a_room_to_its_users_to_their_connections_and_ends_one() throws Exception {
        JdkPeer here = enter("ann", 0, "lobby");
        JdkPeer there = enter("ann", 1, "lobby");
        enter("ben", 2, "lobby");
        enter("cleo", 1, "kitchen");
        unlock();
        page.await("document.querySelectorAll('.tile').length > 12");
        page.await(reads("All nodes") + " && " + tile("Nodes", "3") + " && " + tile("Connections", "4"));
        photograph("cluster-overview");
        view("nodes");
        page.await(reads("Load") + " && document.querySelectorAll('#view table')[0].rows.length === 5");
        photograph("cluster-nodes");

        view("rooms");
        page.await(rows("lobby", "kitchen"));
        photograph("cluster-rooms");
        sort("Connections");
        page.await(cells("lobby", "kitchen"));
        sort("Connections");
        page.await(cells("kitchen", "lobby"));
        page.click("#view td a", "3");
        page.await(
                "location.hash === '#connections?roomId=lobby' && document.querySelectorAll('#view tbody tr').length === 3");
        view("rooms");
        page.await(rows("lobby", "kitchen"));
        page.click("#view td a", "lobby");
        page.await(reads("Users in it") + " && " + reads("Present users"));
        photograph("cluster-room");
        page.click("#view p a", "Users in it");
        page.await(cells("ann", "ben"));
        photograph("cluster-users");
        page.click("#view td a", "ann");
        page.await("document.querySelectorAll('#view tbody tr').length === 2");
        page.await(reads("user ann ×") + " && " + reads("room lobby ×"));
        photograph("cluster-connections");
        page.click("#view td button", "End");
        press("End the connection");
        page.await("document.querySelectorAll('#view tbody tr').length === 1");
        assertThat(here.isOpen() && there.isOpen()).isFalse();
        assertUndisturbed();
    }

    @Test
    void removed_user_leaves_the_list_of_a_room_and_a_node_that_is_gone_leaves_all_lists() {
        JdkPeer ann = enter("ann", 1, "lobby");
        enter("ben", 2, "lobby");
        unlock();
        page.evaluate("location.hash = '#users?roomId=lobby'");
        page.await(cells("ann", "ben"));
        page.click("#view td button", "Remove …");
        page.awaitText("dialog h2", "Remove ann from lobby?");
        press("Remove");
        ann.next("member_removed");
        page.await(cells("ben"));
        page.evaluate("location.hash = '#users'");
        page.await(cells("ann", "ben"));
        assertUndisturbed();
        cluster.all().get(2).close();
        page.await(cells("ann"));
        view("nodes");
        page.await("document.querySelectorAll('#view table')[0].rows.length === 4");
    }

    @Test
    void long_list_comes_in_pages_and_is_searched_by_prefix() throws Exception {
        for (int i = 0; i < MANY; i++) {
            peers.add(JdkPeer.admitted(cluster.all().get(i % 3).ws(), node.token("user%03d".formatted(i))));
        }
        unlock();
        view("users");
        page.await(first("user000") + " && document.querySelectorAll('#view tbody tr').length === 50");
        photograph("cluster-many");
        press("Next");
        page.await(first("user050") + " && " + reads("Page 2"));
        press("Next");
        page.await(first("user100") + " && document.querySelectorAll('#view tbody tr').length === 20");
        assertThat(page.evaluate("[...document.querySelectorAll('.pager button')].map(each => each.disabled).join()"))
                .isEqualTo("false,true");
        press("Previous");
        page.await(first("user050"));
        page.evaluate("document.querySelector('#view input[type=search]').focus()");
        page.fill("#view input[type=search]", "user11");
        page.await(first("user110") + " && document.querySelectorAll('#view tbody tr').length === 10");
        sort("User");
        page.await(first("user119"));
        assertThat(page.evaluate("document.querySelector('th[aria-sort]').ariaSort"))
                .isEqualTo("descending");
        assertThat(page.evaluate("document.activeElement.textContent")).isEqualTo("User");
        assertUndisturbed();
    }

    private JdkPeer enter(String user, int at, String room) {
        JdkPeer peer = JdkPeer.admitted(cluster.all().get(at).ws(), node.token(user, room));
        peers.add(peer);
        peer.next("auth_success");
        peer.join(room);
        return peer;
    }

    /** The headings can be pressed where there is room for them. */
    private void photograph(String view) throws Exception {
        pictures(view);
        page.size(1280, 860);
        page.await("innerWidth === 1280");
    }

    private void sort(String column) {
        page.click("#view th button", column);
    }

    /** The first cells of the table, in any order. */
    private static String rows(String... names) {
        return "[...document.querySelectorAll('#view tbody td:first-child')].map(each => each.textContent).sort().join() === '"
                + String.join(",", List.of(names).stream().sorted().toList()) + "'";
    }

    private static String cells(String... names) {
        return "[...document.querySelectorAll('#view tbody td:first-child')].map(each => each.textContent).join() === '"
                + String.join(",", names) + "'";
    }

    private static String first(String name) {
        return "document.querySelector('#view tbody td')?.textContent === '" + name + "'";
    }

    private static String tile(String name, String value) {
        return "[...document.querySelectorAll('.tile')].find(each => each.children[0].textContent === '" + name
                + "')?.children[1].textContent === '" + value + "'";
    }
}
