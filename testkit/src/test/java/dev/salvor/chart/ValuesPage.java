package dev.salvor.chart;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.comments.CommentLine;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.representer.Representer;

/** The table of a chart's values, from its values.yaml: a comment with {@code --} explains one. */
final class ValuesPage {
  private record Row(String key, String value, String text) {}

  private final List<Row> rows = new ArrayList<>();

  static ValuesPage of(String yaml) {
    var loading = new LoaderOptions();
    loading.setProcessComments(true);
    var dumping = new DumperOptions();
    var root =
        new Yaml(new SafeConstructor(loading), new Representer(dumping), dumping, loading)
            .compose(new StringReader(yaml));
    var page = new ValuesPage();
    page.read("", (MappingNode) root);
    return page;
  }

  List<String> unexplained() {
    return rows.stream().filter(row -> row.text().isEmpty()).map(Row::key).toList();
  }

  String markdown() {
    var text =
        new StringBuilder(
            """
            # Chart `salvor`

            ```
            helm install salvor helm/salvor -n salvor-system --create-namespace
            helm test salvor -n salvor-system
            ```

            The CRDs are upgraded with the chart and stay when it is removed, and with them every recovery. A recovery that runs goes on where it was when Salvor comes back.
            Values that are not in this table are refused. This page is made from `values.yaml`.

            | Value | Default | Meaning |
            |---|---|---|
            """);
    for (var row : rows)
      text.append("| `%s` | `%s` | %s |\n".formatted(row.key(), row.value(), row.text()));
    return text.toString();
  }

  private void read(String above, MappingNode map) {
    for (var entry : map.getValue()) {
      var key = above + ((ScalarNode) entry.getKeyNode()).getValue();
      var value = entry.getValueNode();
      if (value instanceof MappingNode inner
          && inner.getFlowStyle() == DumperOptions.FlowStyle.BLOCK) {
        read(key + ".", inner);
      } else rows.add(new Row(key, flow(value), comment(entry.getKeyNode().getBlockComments())));
    }
  }

  private static String comment(@Nullable List<CommentLine> lines) {
    if (lines == null) return "";
    var text = lines.isEmpty() ? "" : lines.getLast().getValue().strip();
    return text.startsWith("-- ") ? text.substring(3).replace("|", "\\|") : "";
  }

  private static String flow(Node node) {
    var mark = node.getStartMark();
    var buffer = mark.getBuffer();
    var from = mark.getPointer();
    var to = node.getEndMark().getPointer();
    return new String(buffer, from, to - from).strip().replace("|", "\\|");
  }
}
