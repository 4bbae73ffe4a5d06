<#ftl output_format="Form">
From=${sender}&To=${address}&Body=${sms(plain, "", 3)}<#if confirm??>&StatusCallback=${confirm + "?id=" + id}</#if>
