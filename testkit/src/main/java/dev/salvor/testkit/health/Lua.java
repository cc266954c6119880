package dev.salvor.testkit.health;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.luaj.vm2.Globals;
import org.luaj.vm2.LoadState;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.compiler.LuaC;
import org.luaj.vm2.lib.PackageLib;
import org.luaj.vm2.lib.TableLib;
import org.luaj.vm2.lib.jse.JseBaseLib;

/**
 * Runs a script as Argo CD does (argo-cd util/lua/lua.go): Lua 5.1 with the base, package and table
 * libraries only, so neither string nor math, the object as global {@code obj}, parameters as
 * global {@code actionParams}.
 */
public final class Lua {
  private Lua() {}

  /** What the script returns. Throws {@link org.luaj.vm2.LuaError}. */
  public static JsonNode run(String script, ObjectNode object, Map<String, String> parameters) {
    var globals = new Globals();
    globals.load(new JseBaseLib());
    globals.load(new PackageLib());
    globals.load(new TableLib());
    LoadState.install(globals);
    LuaC.install(globals);
    globals.set("obj", toLua(object));
    var params = new LuaTable();
    parameters.forEach(params::set);
    globals.set("actionParams", params);
    return toJson(globals.load(script, "script").call());
  }

  private static LuaValue toLua(JsonNode node) {
    return switch (node.getNodeType()) {
      case OBJECT -> {
        var table = new LuaTable();
        node.properties().forEach(field -> table.set(field.getKey(), toLua(field.getValue())));
        yield table;
      }
      case ARRAY -> {
        var table = new LuaTable();
        for (var i = 0; i < node.size(); i++) table.set(i + 1, toLua(node.get(i)));
        yield table;
      }
      case BOOLEAN -> LuaValue.valueOf(node.asBoolean());
      case NUMBER -> LuaValue.valueOf(node.asDouble());
      case NULL, MISSING -> LuaValue.NIL;
      default -> LuaValue.valueOf(node.asText());
    };
  }

  /** An empty table is an object: none of the scripts makes an empty list. */
  private static JsonNode toJson(LuaValue value) {
    var json = JsonNodeFactory.instance;
    if (value.isboolean()) return json.booleanNode(value.toboolean());
    if (value.type() == LuaValue.TNUMBER)
      return value.todouble() == value.toint()
          ? json.numberNode(value.toint())
          : json.numberNode(value.todouble());
    if (!value.istable()) return json.textNode(value.tojstring());
    var table = value.checktable();
    if (table.length() > 0) {
      var list = json.arrayNode();
      for (var i = 1; i <= table.length(); i++) list.add(toJson(table.get(i)));
      return list;
    }
    var object = json.objectNode();
    for (var key : table.keys()) object.set(key.tojstring(), toJson(table.get(key)));
    return object;
  }
}
