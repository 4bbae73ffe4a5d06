<#ftl output_format="Form">
From=${sender}&To=${address}&Body=${cut(plain, 450)}<#if confirm??>&StatusCallback=${confirm + "?id=" + id}</#if>
