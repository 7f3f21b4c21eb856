package dev.millrace.spring;

import dev.millrace.agent.tool.RegisteredTool;
import dev.millrace.agent.tool.Tool;
import dev.millrace.agent.tool.ToolMethod;
import dev.millrace.agent.tool.Toolbox;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.util.ClassUtils;

/** The tools among the beans of an application. */
final class ToolBeans {
  private final ListableBeanFactory beans;

  ToolBeans(ListableBeanFactory beans) {
    this.beans = beans;
  }

  /**
   * All of them, by name: the order is part of the request, which the cache knows only when it is
   * the same in all instances of the application.
   */
  Toolbox all() {
    var tools = new ArrayList<Tool>();
    beans.getBeanProvider(Tool.class).forEach(tools::add);
    beans.getBeanProvider(Toolbox.class).forEach(toolbox -> tools.addAll(in(toolbox)));
    for (var name : beans.getBeanNamesForType(Object.class, true, false)) {
      if (!ScopedProxyUtils.isScopedTarget(name) && hasToolMethods(name)) {
        tools.addAll(in(Toolbox.fromMethods(beans.getBean(name))));
      }
    }
    tools.sort(Comparator.comparing(Tool::name));
    return Toolbox.of(tools);
  }

  private static List<Tool> in(Toolbox toolbox) {
    return toolbox.tools().stream().map(RegisteredTool::tool).toList();
  }

  private boolean hasToolMethods(String name) {
    var type = beans.getType(name, false);
    if (type == null || !AnnotationUtils.isCandidateClass(type, ToolMethod.class)) {
      return false;
    }
    MethodIntrospector.MetadataLookup<ToolMethod> lookup =
        (Method method) -> AnnotatedElementUtils.findMergedAnnotation(method, ToolMethod.class);
    return !MethodIntrospector.selectMethods(ClassUtils.getUserClass(type), lookup).isEmpty();
  }
}
