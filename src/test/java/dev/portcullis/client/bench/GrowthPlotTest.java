package dev.portcullis.client.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.portcullis.client.bench.GrowthPlot.Line;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class GrowthPlotTest {
    @Test
    void plot_is_xml_with_a_line_a_legend_and_a_point_for_each_value() throws Exception {
        Document svg = drawn(plot(List.of(1, 10, 100), 4.0, 4.2, 4.4));

        assertThat(svg.getDocumentElement().getTagName()).isEqualTo("svg");
        assertThat(all(svg, "polyline")).hasSize(1);
        assertThat(all(svg, "circle")).hasSize(3);
        assertThat(texts(svg)).contains("members", "1", "10", "100", "CPU: 4.0 to 4.4 \u00b5s");
    }

    @Test
    void values_stand_at_the_logarithm_of_their_size() throws Exception {
        List<Element> points = all(drawn(plot(List.of(10, 100, 1_000), 1.0, 1.0, 1.0)), "circle");

        assertThat(number(points.get(1), "cx") - number(points.get(0), "cx"))
                .isCloseTo(number(points.get(2), "cx") - number(points.get(1), "cx"), within(0.2));
    }

    @Test
    void costs_stand_at_their_ratio_to_the_first() throws Exception {
        Document svg = drawn(plot(List.of(1, 2, 3), 50.0, 100.0, 25.0));
        List<Element> points = all(svg, "circle");
        List<Element> ticks = all(svg, "line");

        assertThat(number(points.get(0), "cy")).isEqualTo(number(ticks.get(2), "y1")); // 1.0
        assertThat(number(points.get(1), "cy")).isEqualTo(number(ticks.get(4), "y1")); // 2.0
        assertThat(number(points.get(2), "cy")).isEqualTo(number(ticks.get(1), "y1")); // 0.5
    }

    @Test
    void band_reaches_a_fifth_below_and_above_the_first_cost() throws Exception {
        Document svg = drawn(plot(List.of(1, 2), 10.0, 12.0));
        Element band = all(svg, "rect").get(1);

        assertThat(number(all(svg, "circle").get(1), "cy")).isEqualTo(number(band, "y"));
    }

    @Test
    void ticks_reach_above_the_largest_ratio_and_stay_few() {
        assertThat(plot(List.of(1, 2), 1.0, 1.1).ticks()).containsExactly(0.0, 0.5, 1.0, 1.5, 2.0);
        assertThat(plot(List.of(1, 2), 1.0, 2.2).ticks()).endsWith(2.0, 2.5);
        assertThat(plot(List.of(1, 2), 1.0, 99.0).ticks())
                .hasSizeLessThanOrEqualTo(11)
                .endsWith(100.0);
    }

    @Test
    void round_thousands_are_shortened() {
        assertThat(GrowthPlot.shortened(999)).isEqualTo("999");
        assertThat(GrowthPlot.shortened(1_500)).isEqualTo("1500");
        assertThat(GrowthPlot.shortened(100_000)).isEqualTo("100k");
    }

    private static GrowthPlot plot(List<Integer> values, Double... costs) {
        return new GrowthPlot("members", values, List.of(new Line("CPU", "us", List.of(costs))));
    }

    private static Document drawn(GrowthPlot plot) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(plot.toSvg())));
    }

    private static List<Element> all(Document svg, String tag) {
        NodeList nodes = svg.getElementsByTagName(tag);
        List<Element> elements = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            elements.add((Element) nodes.item(i));
        }
        return elements;
    }

    private static List<String> texts(Document svg) {
        return all(svg, "text").stream().map(Element::getTextContent).toList();
    }

    private static double number(Element element, String attribute) {
        return Double.parseDouble(element.getAttribute(attribute));
    }
}
